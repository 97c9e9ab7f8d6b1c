// Every kind's own part, checked by its own schema: what the store reads back and what a pack brings goes through here.
import type { KindName } from './crystal.ts';
import { APPROVAL_SCHEMA, readApproval } from './approval/schema.ts';
import { asClaim, CASCADE_SCHEMA, type CascadeData, readCascade } from './cascade/schema.ts';
import { notMet } from './person/apply.ts';
import { PERSON_SCHEMA, type PersonData, readPerson } from './person/schema.ts';
import { PHRASE_SCHEMA, readPhrase } from './phrase/schema.ts';
import { PLACE_SCHEMA, readPlace } from './place/schema.ts';
import { QUEST_SCHEMA, type QuestData, readQuest, unplayed } from './quest/schema.ts';
import { readData as readRegion, version as REGION_SCHEMA } from './region/schema.ts';
import { readRoute, ROUTE_SCHEMA } from './route/schema.ts';
import { readRule, RULE_SCHEMA } from './rule/schema.ts';
import { readScreenData, SCREEN_SCHEMA } from './screen/schema.ts';
import { asStranger, readSkill, SKILL_SCHEMA, type SkillData } from './skill/schema.ts';
import type { Stored } from './stored.ts';
import { readStrategy, STRATEGY_SCHEMA } from './strategy/schema.ts';
import { readData as readTemplate, version as TEMPLATE_SCHEMA } from './template/schema.ts';

export type KindRead =
	| { readonly ok: true; readonly schema: number; readonly data: unknown }
	| { readonly ok: false; readonly why: string };

/** Brings a crystal's `data` to today's version of its kind, `schema` of the answer, and checks it together with its blobs. */
export function readKind(kind: KindName, schema: number, data: unknown, blobs: Readonly<Record<string, Uint8Array>>): KindRead {
	switch (kind) {
		case 'template':
			return of(TEMPLATE_SCHEMA, readTemplate(data, schema, blobs));
		case 'region':
			return of(REGION_SCHEMA, readRegion(data, schema, blobs));
		case 'screen': {
			const read = readScreenData(schema, data, blobs);
			return typeof read === 'string' ? { ok: false, why: read } : { ok: true, schema: SCREEN_SCHEMA, data: read };
		}
		case 'rule':
			return of(RULE_SCHEMA, readRule(data, schema));
		case 'skill':
			return of(SKILL_SCHEMA, readSkill(data, schema, blobs));
		case 'phrase':
			return of(PHRASE_SCHEMA, readPhrase(data, schema));
		case 'strategy':
			return of(STRATEGY_SCHEMA, readStrategy(data, schema));
		case 'quest':
			return of(QUEST_SCHEMA, readQuest(data, schema));
		case 'person':
			return of(PERSON_SCHEMA, readPerson(data, schema));
		case 'cascade':
			return of(CASCADE_SCHEMA, readCascade(data, schema));
		case 'place':
			return of(PLACE_SCHEMA, readPlace(data, schema, blobs));
		case 'route':
			return of(ROUTE_SCHEMA, readRoute(data, schema));
		case 'approval':
			return of(APPROVAL_SCHEMA, readApproval(data, schema));
	}
}

/** What is believed of a stranger's data: all of it where it is a thing to be tried, and of a record of success only that it was claimed. */
export function asForeign(kind: KindName, data: unknown): unknown {
	if (kind === 'cascade') return asClaim(data as CascadeData);
	if (kind === 'quest') return unplayed(data as QuestData);
	if (kind === 'person') return notMet(data as PersonData);
	return kind === 'skill' ? asStranger(data as SkillData) : data;
}

function of(schema: number, read: Stored<unknown>): KindRead {
	return read.ok ? { ok: true, schema, data: read.data } : read;
}
