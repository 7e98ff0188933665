import express from 'express';
import { listenOnLoopback } from './loopback.mts';

/** What the model does next: it calls a tool, or it says something. */
export type Turn = { tool: string; arguments: object } | { says: string };

export interface ChatModel {
	/** The base URL for a credential of n8n's OpenAI nodes. */
	url: string;
	/** What it will do, one turn for each request. */
	play(turns: Turn[]): void;
	/** The requests' messages since then: the last ones hold what the tools have answered. */
	received: { role: string; content: unknown }[][];
	/** The tools that it was offered last, by name, with the JSON schema of their input. */
	tools: Map<string, { description: string; parameters: unknown }>;
	close(): Promise<void>;
}

/** A chat model that follows a script, behind the interface of OpenAI's chat completions. */
export async function startChatModel(): Promise<ChatModel> {
	let turns: Turn[] = [];
	const received: ChatModel['received'] = [];
	const tools: ChatModel['tools'] = new Map();
	const app = express();
	app.use(express.json({ limit: '5mb' }));
	app.post('/v1/chat/completions', (request, response) => {
		received.push(request.body.messages);
		tools.clear();
		for (const { function: tool } of request.body.tools ?? []) tools.set(tool.name, tool);
		const turn = turns.shift() ?? { says: 'I have nothing more to do.' };
		const message =
			'says' in turn
				? { role: 'assistant', content: turn.says }
				: {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: `call_${received.length}`,
								type: 'function',
								function: { name: turn.tool, arguments: JSON.stringify(turn.arguments) },
							},
						],
					};
		const base = { id: 'chat', created: 0, model: String(request.body.model) };
		const finish_reason = 'says' in turn ? 'stop' : 'tool_calls';
		const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
		if (!request.body.stream) {
			response.json({
				...base,
				object: 'chat.completion',
				choices: [{ index: 0, message, finish_reason }],
				usage,
			});
			return;
		}
		const delta =
			'tool_calls' in message
				? { ...message, tool_calls: message.tool_calls?.map((call) => ({ index: 0, ...call })) }
				: message;
		response.type('text/event-stream');
		for (const choice of [
			{ index: 0, delta, finish_reason: null },
			{ index: 0, delta: {}, finish_reason },
		]) {
			response.write(
				`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [choice] })}\n\n`,
			);
		}
		response.end('data: [DONE]\n\n');
	});
	const server = await listenOnLoopback(app);
	return {
		url: `${server.url}/v1`,
		close: server.close,
		received,
		tools,
		play(script) {
			turns = [...script];
			received.length = 0;
		},
	};
}
