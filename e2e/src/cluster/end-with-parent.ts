import type { Socket } from 'node:net';

// Loaded before a service: a test's process that is killed leaves none behind. Its end closes the pipe.
const pipe = process.stdin as unknown as Socket;
pipe.on('end', () => process.kill(process.pid, 'SIGKILL')).on('error', () => {});
pipe.resume().unref();
