// Writes a plan into NodeBB: `node into_nodebb.js < plan.json`, run in NodeBB's folder.
'use strict';

const path = require('path');
const util = require('util');

const here = process.cwd();
const need = name => require(path.join(here, name));
const nconf = need('node_modules/nconf');

nconf.file({ file: path.join(here, 'config.json') });
nconf.defaults({ base_dir: here, version: need('package.json').version, upload_path: '/public/uploads' });
nconf.set('relative_path', '');
nconf.set('base_url', nconf.get('url'));
global.env = 'production';

const db = need('src/database');
const meta = need('src/meta');
const user = need('src/user');
const categories = need('src/categories');
const topics = need('src/topics');
const posts = need('src/posts');
const privileges = need('src/privileges');

const call = (object, name, ...given) => util.promisify(object[name].bind(object))(...given);

async function userNamed(name) {
	const known = await call(user, 'getUidByUsername', name);
	if (known) {
		return known;
	}
	const uid = await call(user, 'create', { username: name, email: `${name}@example.org`, password: 'passwort1' });
	await call(user, 'setUserField', uid, 'signature', `Gruß, *${name}* (Signatur)`);
	return uid;
}

async function categoryNamed(name, isPrivate) {
	const cids = await call(db, 'getSortedSetRange', 'categories:cid', 0, -1);
	for (const cid of cids) {
		if (await call(db, 'getObjectField', `category:${cid}`, 'name') === name) {
			return cid;
		}
	}
	const made = await call(categories, 'create', { name: name });
	if (isPrivate) {
		for (const group of ['guests', 'spiders', 'registered-users']) {
			await call(privileges.categories, 'rescind', ['find', 'read', 'topics:read'], made.cid, group);
		}
	}
	return made.cid;
}

function markdown(blocks, quoted) {
	let out = '';
	let before = '';
	for (const [kind, text] of blocks) {
		const line = {
			item: `* ${text}`,
			code: `\`\`\`\n${text}\n\`\`\``,
			quote: `@${quoted} said:\n> ${text}`,
		}[kind] || text;
		out += (kind === 'item' && before === 'item' ? '\n' : out ? '\n\n' : '') + line;
		before = kind;
	}
	return out;
}

async function write(threads) {
	const said = [];
	for (const [number, thread] of threads.entries()) {
		const cid = await categoryNamed(thread.board, thread.private);
		let tid = thread.id;
		for (const [place, post] of thread.posts.entries()) {
			const uid = await userNamed(post.author);
			const timestamp = Date.parse(post.at);
			if (!tid) {
				tid = await call(topics, 'create', { uid: uid, cid: cid, title: thread.title, timestamp: timestamp });
			}
			const isMain = place === 0 && !thread.id;
			const content = markdown(post.blocks, thread.posts[0].author);
			const made = await call(posts, 'create', { uid: uid, tid: tid, content: content, timestamp: timestamp, isMain: isMain });
			if (post.edited) {
				await call(posts, 'setPostFields', made.pid, { edited: Date.parse(post.edited), editor: uid });
			}
			if (post.hidden) {
				await call(posts, 'delete', made.pid, 1);
			}
			said.push({ thread: number, post: place, id: String(made.pid), thread_id: String(tid) });
		}
	}
	return said;
}

async function main() {
	let given = '';
	for (process.stdin.setEncoding('utf8'); ;) {
		const part = await new Promise(resolve => process.stdin.once('readable', () => resolve(process.stdin.read())));
		if (part === null) {
			break;
		}
		given += part;
	}
	await call(db, 'init');
	await call(meta.configs, 'init');
	if (await call(topics, 'exists', 1) && /^Welcome/.test(await call(topics, 'getTopicField', 1, 'title'))) {
		await call(topics, 'purgePostsAndTopic', 1, 1);
	}
	console.log(`\nSEEDED ${JSON.stringify(await write(JSON.parse(given)))}`);
}

main().then(() => process.exit(0), (error) => {
	console.error(error.stack);
	process.exit(1);
});
