/** Starts an n8n, says where, and waits to be killed: for n8nProcess.test.mts. */
import { startN8n } from '../../dev/lib/n8nProcess.mts';

const userFolder = process.argv[2];
void startN8n({ userFolder }).then(({ url, pid }) => console.log(JSON.stringify({ url, pid })));
