export declare const root: string;
export declare function fail(sentence: string): never;
export declare function ensureDependencies(): void;
export declare function nodeBinary(): string;
export declare function handOver(file: string, args: string[]): void;
export declare function explainInstall(output: string): string;
