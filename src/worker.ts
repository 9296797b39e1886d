import { serveWorker } from './api/worker/serve-worker.ts';
import { workerSide } from './backends/local/node/worker-side.ts';

serveWorker(workerSide);
