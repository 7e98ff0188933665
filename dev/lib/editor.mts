import type { Locator, Page } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import type { N8n } from './n8nProcess.mts';

/** n8n's editor as a person uses it: by what is written on the screen. */
export class Editor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {}

	/** Opens the workflows' overview in a browser that is logged in. */
	static async open(context: BrowserContext, n8n: Pick<N8n, 'url' | 'login'>): Promise<Editor> {
		const page = context.pages()[0] ?? (await context.newPage());
		await page.goto(`${n8n.url}/signin`);
		await page.locator('input[name=emailOrLdapLoginId]').fill(n8n.login.email);
		await page.locator('input[name=password]').fill(n8n.login.password);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.waitForURL((url) => !url.pathname.includes('signin'));
		return new Editor(page, n8n.url);
	}

	private id(name: string): Locator {
		return this.page.locator(`[data-test-id="${name}"]`);
	}

	/** Waits until nothing moves any more: animations are over, and the network is quiet. */
	async settle(): Promise<void> {
		await this.page.waitForLoadState('networkidle');
		await this.page.waitForFunction(
			`document.getAnimations().every(({ playState, effect }) =>
				playState !== 'running' || effect.getTiming().iterations === Infinity)`,
		);
	}

	// --- the canvas -----------------------------------------------------------------------------

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.id('canvas-plus-button').waitFor();
	}

	/** Opens a workflow; with a node's id, that node's window too. */
	async openWorkflow(id: string, nodeId?: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}${nodeId ? `/${nodeId}` : ''}`);
		if (nodeId) await this.id('node-parameters').waitFor();
		else await this.id('canvas-node').first().waitFor();
	}

	/** Opens the node panel and types into its search. */
	async searchNodes(text: string): Promise<Locator> {
		if (!(await this.id('node-creator').isVisible())) {
			await this.id('node-creator-plus-button').or(this.id('canvas-plus-button')).first().click();
		}
		await this.id('node-creator-search-bar').fill(text);
		return this.id('node-creator-item-name');
	}

	/** Adds a node by searching the panel, choosing it, and choosing one of its actions. */
	async addNode(search: string, node: string, action: RegExp): Promise<void> {
		const found = await this.searchNodes(search);
		await found.getByText(node, { exact: true }).first().click();
		const entry = this.id('node-creator').getByText(action).first();
		// One of the two lists is folded.
		const kind = action.source.includes('On ') ? /^Triggers \(/ : /^Actions \(/;
		const heading = this.id('node-creator').getByText(kind);
		await heading.waitFor();
		await entry.waitFor({ timeout: 2_000 }).catch(async () => await heading.click());
		await entry.click();
		await this.id('node-parameters').waitFor();
	}

	/** The line under a node's name. */
	async subtitles(): Promise<string[]> {
		return await this.page.locator('[data-test-id=canvas-node] [class*=subtitle]').allInnerTexts();
	}

	/** Adds any other node by its name. */
	async addPlainNode(name: string): Promise<void> {
		const found = await this.searchNodes(name);
		await found.getByText(name, { exact: true }).first().click();
		await this.id('node-parameters').waitFor();
	}

	/** *⋯ → Import → From file*, in a new workflow. */
	async importWorkflow(file: string): Promise<void> {
		await this.newWorkflow();
		await this.id('workflow-import-input').setInputFiles(file);
		await this.id('canvas-node').first().waitFor();
	}

	/** The names of the nodes on the canvas. */
	async nodeNames(): Promise<string[]> {
		return await this.id('canvas-node').evaluateAll((elements) =>
			elements.map((element) => element.getAttribute('data-node-name') ?? ''),
		);
	}

	async closeNode(): Promise<void> {
		await this.id('ndv-close-button').click();
		await this.id('ndv').waitFor({ state: 'hidden' });
	}

	// --- a node's window ------------------------------------------------------------------------

	parameter(name: string): Locator {
		return this.id(`parameter-input-${name}`).first();
	}

	/** The names of the parameters that the form shows, in their order. */
	async shownParameters(): Promise<string[]> {
		const names = await this.id('node-parameters')
			.locator('[data-test-id^="parameter-input-"]')
			.evaluateAll((elements) =>
				elements.map((element) => element.getAttribute('data-test-id') ?? ''),
			);
		return names
			.map((name) => name.replace('parameter-input-', ''))
			.filter((name) => name !== 'field');
	}

	async chooseCredential(name: string): Promise<void> {
		await this.id('node-credentials-select').click();
		await this.page.getByText(name, { exact: true }).locator('visible=true').last().click();
	}

	/** Opens the window of a new credential, from a node's window. */
	async newCredential(): Promise<void> {
		const first = this.id('node-credentials-empty-state').locator('button');
		const select = this.id('node-credentials-select');
		await first.or(select).first().click();
		if (!(await first.isVisible())) await this.id('node-credentials-select-item-new').click();
		await this.id('credential-edit-dialog').waitFor();
	}

	/** Saves the credential, which n8n then tests. @returns what is wrong; the window closes if nothing is */
	async saveCredential(): Promise<string | undefined> {
		const dialog = this.id('credential-edit-dialog');
		const testing = this.page.waitForResponse((response) =>
			response.url().endsWith('/rest/credentials/test'),
		);
		await this.id('credential-save-button').click();
		const { data }: { data: { status: string } } = await (await testing).json();
		if (data.status === 'OK') {
			await dialog.waitFor({ state: 'hidden' });
			return undefined;
		}
		await dialog.getByText('Couldn’t connect with these settings').waitFor();
		const details = dialog.getByText('More details');
		if (await details.isVisible()) await details.click();
		return await dialog.innerText();
	}

	/** The entries that the HTTP Request node offers as *Credential Type*. */
	async credentialTypes(search: string): Promise<string[]> {
		await this.chooseOption('authentication', 'Predefined Credential Type');
		await this.id('credential-select').locator('.el-select').first().click();
		await this.page.keyboard.type(search);
		const items = this.openDropdown().locator('.el-select-dropdown__item:visible');
		await items.first().waitFor();
		return await items.allInnerTexts();
	}

	/** Chooses in a plain dropdown, or in several of its entries where it is a multi-select. */
	async chooseOption(name: string, ...labels: string[]): Promise<void> {
		await this.openSelect(name);
		for (const label of labels) {
			await this.openDropdown().getByText(label, { exact: true }).first().click();
		}
		if (labels.length > 1) await this.page.keyboard.press('Escape');
	}

	/** The entries of a plain dropdown. */
	async optionsOf(name: string): Promise<string[]> {
		await this.openSelect(name);
		const items = this.openDropdown().locator('.el-select-dropdown__item');
		await items.first().waitFor();
		const texts = await items.allInnerTexts();
		await this.page.keyboard.press('Escape');
		return texts;
	}

	private async openSelect(name: string): Promise<void> {
		const select = this.parameter(name).locator('.el-select').first();
		// It is disabled while its entries are loaded.
		await select.locator('input:enabled').first().waitFor({ state: 'attached' });
		await select.click();
	}

	private openDropdown(): Locator {
		return this.page.locator('.el-select-dropdown').locator('visible=true').last();
	}

	async toggle(name: string): Promise<void> {
		await this.parameter(name).locator('[role=switch], .el-switch').first().click();
	}

	async fill(name: string, text: string): Promise<void> {
		await this.parameter(name).locator('input, textarea').last().fill(text);
	}

	/** Adds a field of a collection: *Add Option*, *Add Filter*, … */
	async addField(button: string, label: string): Promise<void> {
		// With one field it is a button, with several a dropdown.
		const dropdown = this.page.getByPlaceholder(button, { exact: true });
		const add = this.id('collection-parameter-add');
		await add
			.filter({ hasText: button })
			.or(add.filter({ has: dropdown }))
			.click();
		const options = this.page.locator('[data-test-id=collection-parameter-option]:visible');
		await options.getByText(label, { exact: true }).click();
	}

	/** Drags a field of the input into a parameter, which becomes an expression. */
	async drag(field: string, name: string): Promise<void> {
		const pill = this.input().getByText(field, { exact: true }).first();
		const target = this.parameter(name).locator('input, textarea, .cm-content').last();
		await pill.hover();
		await this.page.mouse.down();
		const box = await target.boundingBox();
		if (!box) throw new Error(`${name} is not visible`);
		await this.page.mouse.move(box.x + 40, box.y + 10, { steps: 10 });
		await this.page.mouse.up();
		await this.parameter(name).getByText(`$json.${field}`).first().waitFor();
	}

	// --- lists of resource locators -------------------------------------------------------------

	/** Opens a list, and waits until it shows entries, an error or that there are none. */
	async openList(name: string, search?: string): Promise<void> {
		const input = this.id(`resource-locator-${name}`).locator(
			'[data-test-id=rlc-input] input, input[data-test-id=rlc-input]',
		);
		await input.first().click();
		if (search !== undefined) await this.id('rlc-search').locator('visible=true').fill(search);
	}

	listItems(): Locator {
		return this.id('rlc-item').locator('visible=true');
	}

	listError(): Locator {
		return this.id('rlc-error-container').locator('visible=true');
	}

	/** Chooses an entry by a text in its label. */
	async choose(name: string, label: string | RegExp, search?: string): Promise<void> {
		await this.openList(name, search);
		await this.listItems().filter({ hasText: label }).first().click();
	}

	/** What a resource locator shows as chosen. */
	async chosen(name: string): Promise<string> {
		return await this.id(`resource-locator-${name}`).locator('input').last().inputValue();
	}

	async setMode(name: string, mode: string): Promise<void> {
		await this.id(`resource-locator-${name}`).locator('[data-test-id=rlc-mode-selector]').click();
		await this.openDropdown().getByText(mode, { exact: true }).first().click();
	}

	// --- running --------------------------------------------------------------------------------

	/** Runs the node, and waits until it has run. */
	async execute(): Promise<void> {
		await this.id('node-execute-button').click();
		await this.ran();
	}

	/** *Fetch Test Event* of a trigger. */
	async fetchTestEvent(): Promise<void> {
		await this.id('trigger-execute-button').click();
		await this.ran();
	}

	/** The output then tells how many items there are, an error included, and the button its name. */
	private async ran(): Promise<void> {
		await this.output()
			.getByText(/^\d+ items?$/)
			.first()
			.waitFor();
		await this.id('node-execute-button')
			.getByText(/^(Execute step|Fetch Test Event)$/)
			.waitFor();
	}

	/** Pins the output: the node gives it again, and does not run. */
	async pin(): Promise<void> {
		await this.id('ndv-pin-data').click();
		await this.output().getByText('This data is pinned').waitFor();
	}

	input(): Locator {
		return this.id('ndv-input-panel');
	}

	output(): Locator {
		return this.id('output-panel');
	}

	/** Shows the output as a table, and reads it: the first row holds the names of the fields. */
	async outputTable(): Promise<string[][]> {
		await this.output().getByText('Table', { exact: true }).click();
		const rows = this.output().locator('table tr');
		await rows.first().waitFor();
		return await rows.evaluateAll((elements) =>
			elements.map((row) =>
				[...row.querySelectorAll('th, td')].map((cell) => (cell.textContent ?? '').trim()),
			),
		);
	}
}
