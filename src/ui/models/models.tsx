import { Page } from '../primitives/parts.tsx';
import { Answers, BrowserModel } from './answers.tsx';
import { CascadeCard } from './cascade-card.tsx';
import { Device } from './device.tsx';
import { Servers } from './servers.tsx';

export function Models() {
	return (
		<Page
			name="Models"
			about="Who is asked when no crystal knows. From no model at all to everything on this machine: what is here works without a network."
		>
			<Device />
			<BrowserModel />
			<Answers />
			<CascadeCard />
			<Servers />
		</Page>
	);
}
