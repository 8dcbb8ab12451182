import { createServer } from 'node:net';

const tries = 100;

/**
 * The first free port of this machine from the wanted one on. Never one that the system gives to outgoing connections:
 * a client that keeps trying a dead server's port would end up connected to itself.
 */
export const portFrom = async (wanted: number): Promise<number> => {
  for (let port = wanted; port < wanted + tries; port += 1) if (await isFree(port)) return port;
  throw new Error(`no free port from ${wanted} to ${wanted + tries - 1}`);
};

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
