import { sleep } from 'n8n-workflow';
import express from 'express';
test('x', async () => { expect(typeof sleep).toBe('function'); expect(typeof express).toBe('function'); });
