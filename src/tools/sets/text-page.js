// Runs in the page of text.mjs: lines of games that do not exist, drawn as games draw them. One place is one box of an interface,
// with its font, its ground and the texts that stand there one after another.

const SCENERY = ['#3d4f2a', '#5b6b3a', '#2c3a4a', '#6a5a44', '#4a3326', '#7b8a9a'];
const HAN = '"Noto Sans CJK SC"';
const HANT = '"Noto Sans CJK TC"';
const KANJI = '"Noto Sans CJK JP"';

/** `fixed` keeps the box as wide as the widest text, as a region's is; otherwise it ends where the text does. */
window.places = [
	{
		id: 'wuxia-places',
		kind: 'cjk',
		language: 'zh-Hans',
		font: `500 18px ${HAN}`,
		look: 'panel',
		texts: [
			'青云山庄',
			'黑木崖',
			'桃花岛',
			'长安城西市',
			'铁匠铺',
			'龙门客栈',
			'藏经阁',
			'华山北峰',
			'洛阳东门',
			'无名荒村',
			'水月洞天',
			'襄阳城外',
		],
	},
	{
		id: 'wuxia-people',
		kind: 'cjk',
		language: 'zh-Hans',
		font: `700 16px "Noto Serif CJK SC"`,
		look: 'outline',
		texts: ['商队首领', '守城士兵', '村长李大爷', '小师妹', '神秘旅人', '药铺掌柜', '丐帮长老', '独臂刀客', '白发老妇', '说书先生'],
	},
	{
		id: 'wuxia-stats',
		kind: 'cjk',
		language: 'zh-Hans',
		font: `15px ${HAN}`,
		look: 'parchment',
		texts: [
			'攻击力 128',
			'防御力 96',
			'等级 37',
			'内力 310/450',
			'生命 845/1200',
			'经验 12450/20000',
			'银两 3,580',
			'身法 72',
			'根骨 19',
			'命中 88%',
			'暴击 15%',
			'声望 -240',
		],
	},
	{
		id: 'wuxia-lines',
		kind: 'cjk',
		language: 'zh-Hans',
		font: '16px "Droid Sans Fallback"',
		look: 'glass',
		texts: [
			'背包已满',
			'获得金疮药×3',
			'任务完成',
			'敌人逃跑了',
			'自动存档中',
			'是否退出游戏？',
			'击败黑风寨主',
			'距离目标240米',
			'技能冷却5秒',
			'按任意键继续',
			'门被锁住了',
			'你中毒了',
		],
	},
	{
		id: 'guild-names',
		kind: 'cjk',
		language: 'zh-Hant',
		font: `500 17px ${HANT}`,
		look: 'glass',
		texts: ['冒險者公會', '魔法學院', '勇者之劍', '體力恢復藥', '商店街', '龍騎士團', '廢棄礦坑', '寶箱已開啟', '國王的信', '東邊的塔'],
	},
	{
		id: 'kanji-names',
		kind: 'cjk',
		language: 'ja',
		font: `500 18px ${KANJI}`,
		look: 'panel',
		texts: [
			'冒険者組合',
			'王立図書館',
			'回復薬',
			'地下迷宮三階',
			'武器屋',
			'竜騎士',
			'宿屋',
			'聖剣',
			'北方街道',
			'魔導師',
			'銅鉱石',
			'黒騎士団長',
		],
	},
	{
		id: 'kanji-stats',
		kind: 'cjk',
		language: 'ja',
		font: '700 16px "Noto Serif CJK JP"',
		look: 'gradient',
		texts: [
			'攻撃力 152',
			'防御力 88',
			'所持金 4520円',
			'経験値 3871',
			'最大体力 999',
			'敏捷 64',
			'体力 47/60',
			'魔力 12/35',
			'残 5回',
			'第12章',
		],
	},
	{
		id: 'pixel-han',
		kind: 'cjk',
		language: 'zh-Hans',
		font: '16px Unifont',
		look: 'panel',
		texts: ['新的游戏', '读取进度', '系统设置', '第3关', '金币 250', '体力 18/40', '木剑', '皮甲', '解毒草', '火把', '回到村庄'],
	},
	{
		id: 'kana-lines',
		kind: 'kana',
		language: 'ja',
		font: `500 17px ${KANJI}`,
		look: 'panel',
		texts: ['ポーション', 'ぼうけんのしょ', 'セーブしました', 'つよさ', 'まほうのカギ', 'たたかう', 'にげる', 'スライムがあらわれた'],
	},
	{
		id: 'gold',
		kind: 'number',
		language: 'en',
		font: '700 17px "Liberation Sans Narrow"',
		look: 'glass',
		fixed: true,
		align: 'right',
		texts: ['0', '7', '48', '315', '1,204', '12,480', '99,999', '560', '8,006', '73', '2,391', '41'],
	},
	{
		id: 'ammo',
		kind: 'number',
		language: 'en',
		font: '700 26px "URW Gothic"',
		look: 'outline',
		fixed: true,
		align: 'right',
		texts: ['30', '29', '17', '6', '120', '95', '84', '11', '200', '53'],
	},
	{
		id: 'damage',
		kind: 'number',
		language: 'en',
		font: 'italic 700 22px "DejaVu Sans"',
		look: 'outline',
		fixed: true,
		texts: ['-128', '-7', '+35', '-64', '+210', '-999', '+8', '-51', '+100', '-316'],
	},
	{
		id: 'clock',
		kind: 'number',
		language: 'en',
		font: '15px "DejaVu Sans Mono"',
		look: 'panel',
		fixed: true,
		texts: ['07:45', '12:00', '23:59', '03:27', '18:06', '00:14', '09:38', '21:51'],
	},
	{
		id: 'life-bar',
		kind: 'bar',
		language: 'en',
		font: '700 13px "Liberation Sans"',
		look: 'bar',
		fixed: true,
		align: 'center',
		texts: ['100/100', '87/100', '64/100', '9/100', '250/300', '31/300', '142/300', '5/80', '76/80', '48/80', '290/300', '118/300'],
	},
	{
		id: 'shield-bar',
		kind: 'bar',
		language: 'en',
		font: '700 14px "DejaVu Sans Condensed"',
		look: 'bar',
		fixed: true,
		texts: ['SP 40/40', 'SP 12/40', 'SP 7/40', 'SP 33/40', 'SP 128/150', 'SP 99/150', 'SP 61/150', 'SP 0/150'],
	},
	{
		id: 'quest-percent',
		kind: 'bar',
		language: 'en',
		font: '600 16px "URW Bookman"',
		look: 'parchment',
		fixed: true,
		texts: ['Progress: 5%', 'Progress: 18%', 'Progress: 42%', 'Progress: 67%', 'Progress: 80%', 'Progress: 93%', 'Progress: 100%'],
	},
	{
		id: 'hero-level',
		kind: 'number',
		language: 'en',
		font: '700 18px P052',
		look: 'gradient',
		fixed: true,
		texts: ['Lv 1', 'Lv 8', 'Lv 15', 'Lv 27', 'Lv 36', 'Lv 42', 'Lv 50', 'Lv 99'],
	},
	{
		id: 'taverns',
		kind: 'name',
		language: 'en',
		font: 'italic 19px C059',
		look: 'parchment',
		texts: [
			'The Drowned Rat',
			'Copper Kettle',
			'Old Harbour Gate',
			'Widow Brannock',
			'Fox and Anvil',
			'Saltmarsh Road',
			'Captain Illyn',
			'Lower Quay',
		],
	},
	{
		id: 'skills',
		kind: 'name',
		language: 'en',
		font: '14px "Nimbus Sans"',
		look: 'glass',
		texts: [
			'Shield Bash',
			'Quick Shot',
			'Frost Nova',
			'Lockpicking',
			'Iron Will',
			'Second Wind',
			'Chain Lightning',
			'Backstab',
			'Herbalism',
			'Riposte',
		],
	},
	{
		id: 'orte',
		kind: 'name',
		language: 'de',
		font: '600 16px "DejaVu Serif"',
		look: 'panel',
		texts: ['Köhlerhütte', 'Straße nach Süden', 'Mühlenbrücke', 'Große Halle', 'Jägerturm', 'Wächter', 'Schmied Jörg', 'Höhle der Bären'],
	},
	{
		id: 'objets',
		kind: 'name',
		language: 'fr',
		font: '16px "Liberation Serif"',
		look: 'parchment',
		texts: ['Épée de givre', 'Château maudit', 'Forêt ancienne', 'Clé rouillée', 'Potion de santé', 'Anneau brisé'],
	},
];

function dice(seed) {
	let s = seed >>> 0;
	return () => (s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function scenery(ctx, width, height, next) {
	ctx.fillStyle = SCENERY[Math.floor(next() * SCENERY.length)];
	ctx.fillRect(0, 0, width, height);
	for (let i = 0; i < 70; i++) {
		ctx.fillStyle = SCENERY[Math.floor(next() * SCENERY.length)];
		ctx.globalAlpha = 0.5;
		ctx.beginPath();
		ctx.ellipse(next() * width, next() * height, 6 + next() * 34, 4 + next() * 16, next() * 3, 0, 7);
		ctx.fill();
	}
	ctx.globalAlpha = 1;
}

/** Draws one text of a place on a screen of its own and gives back its box, ground included. */
window.draw = (index, at) => {
	const place = window.places[index];
	const next = dice(index * 1000 + at + 7);
	const canvas = document.createElement('canvas');
	[canvas.width, canvas.height] = [420, 80];
	const ctx = canvas.getContext('2d', { alpha: false });
	scenery(ctx, canvas.width, canvas.height, next);
	ctx.font = place.font;
	ctx.textBaseline = 'alphabetic';
	const widths = place.texts.map((text) => ctx.measureText(text).width);
	const text = place.texts[at];
	const own = Math.ceil(widths[at]);
	const room = Math.ceil(place.fixed === true ? Math.max(...widths) : own);
	const sizes = ctx.measureText('Hg国');
	const [up, down] = [Math.ceil(sizes.actualBoundingBoxAscent), Math.ceil(sizes.actualBoundingBoxDescent)];
	const box = [30, 24, room + 8, up + down + 6];
	const [x, y, w, h] = box;
	const left = x + 4 + (place.align === 'right' ? room - own : place.align === 'center' ? (room - own) / 2 : 0);
	const base = y + 3 + up;
	let ink = '#f2efe6';
	if (place.look === 'panel') {
		ctx.fillStyle = '#14121c';
		ctx.fillRect(x - 14, y - 10, w + 28, h + 20);
		ink = '#e8d9a0';
	} else if (place.look === 'glass') {
		ctx.fillStyle = 'rgb(12 14 22 / 62%)';
		ctx.fillRect(x - 14, y - 10, w + 28, h + 20);
	} else if (place.look === 'parchment') {
		ctx.fillStyle = '#d9c79c';
		ctx.fillRect(x - 14, y - 10, w + 28, h + 20);
		ctx.globalAlpha = 0.12;
		ctx.fillStyle = '#6a4a1a';
		for (let i = 0; i < 40; i++) ctx.fillRect(x - 14 + next() * (w + 20), y - 10 + next() * (h + 14), 1 + next() * 18, 1 + next() * 3);
		ctx.globalAlpha = 1;
		ink = '#2c1c0c';
	} else if (place.look === 'gradient') {
		const blue = ctx.createLinearGradient(0, y - 10, 0, y + h + 10);
		blue.addColorStop(0, '#2b4c9a');
		blue.addColorStop(1, '#0c1438');
		ctx.fillStyle = blue;
		ctx.fillRect(x - 14, y - 10, w + 28, h + 20);
		ink = '#ffffff';
	} else if (place.look === 'bar') {
		const [now, most] = (/(\d+)\/(\d+)/.exec(text) ?? [0, 1, 1]).slice(1).map(Number);
		ctx.fillStyle = '#1e0a0c';
		ctx.fillRect(x - 6, y - 1, w + 12, h + 2);
		ctx.fillStyle = '#9c2a2a';
		ctx.fillRect(x - 6, y - 1, ((w + 12) * now) / most, h + 2);
		ink = '#ffffff';
	}
	if (place.look === 'outline') {
		ctx.lineJoin = 'round';
		ctx.lineWidth = 3;
		ctx.strokeStyle = '#0a0a0a';
		ctx.strokeText(text, left, base);
		ink = '#ffe9a8';
	} else if (place.look !== 'parchment') {
		ctx.fillStyle = 'rgb(0 0 0 / 55%)';
		ctx.fillText(text, left + 1, base + 1);
	}
	ctx.fillStyle = ink;
	ctx.fillText(text, left, base);
	const cut = document.createElement('canvas');
	[cut.width, cut.height] = [w + 6, h + 6];
	cut.getContext('2d', { alpha: false }).drawImage(canvas, x - 3, y - 3, w + 6, h + 6, 0, 0, w + 6, h + 6);
	return cut.toDataURL('image/png').slice('data:image/png;base64,'.length);
};
