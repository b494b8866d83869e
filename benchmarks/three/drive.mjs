// Serves the page, three.js and the cases' files to a headless Chromium and writes what it draws.
// node drive.mjs TASKS.json: {modules, files, out, chromium, tasks: [{name, model, environment, width, …}]}
// `modules` holds node_modules with three and playwright-core; `files` maps URL prefixes to folders.

import { createServer } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const plan = JSON.parse(await readFile(process.argv[2], 'utf8'));
const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(plan.modules, 'package.json'));
const { chromium } = require('playwright-core');

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };
const roots = { '/three/': path.join(plan.modules, 'node_modules', 'three'), ...plan.files };

const server = createServer(async (request, response) => {
    const url = decodeURIComponent(request.url.split('?')[0]);
    const prefix = Object.keys(roots).find(root => url.startsWith(root));
    const file = prefix ? path.join(roots[prefix], url.slice(prefix.length)) : path.join(here, url);
    try {
        const body = await readFile(file);
        response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
        response.end(body);
    } catch {
        response.writeHead(404).end();
    }
});
await new Promise(done => server.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({
    executablePath: plan.chromium,
    args: ['--no-sandbox', '--ignore-gpu-blocklist', '--disable-background-networking', ...plan.flags],
});
const page = await browser.newPage();
page.on('console', message => { if (message.type() === 'error') console.error(message.text()); });
page.on('pageerror', error => console.error(String(error)));
await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
await page.waitForFunction('window.ready === true');
const results = {};
for (const task of plan.tasks) {
    try {
        const { shown, alone, ...rest } = await page.evaluate(task => window.renderCase(task), task);
        await writeFile(path.join(plan.out, `${task.name}.shown.raw`), Buffer.from(shown, 'base64'));
        await writeFile(path.join(plan.out, `${task.name}.alone.raw`), Buffer.from(alone, 'base64'));
        results[task.name] = rest;
    } catch (error) {
        results[task.name] = { error: String(error) };
    }
}
await writeFile(path.join(plan.out, 'results.json'), JSON.stringify(results));
await browser.close();
server.close();
