/** What the flags say that every command takes. */
export interface CommonOptions {
  /** The text behind -e. */
  readonly execute?: string;
  readonly changelog?: boolean;
  readonly debug?: boolean;
  /** False under --no-color. */
  readonly color: boolean;
  /** `key=value` of each --set. */
  readonly set?: readonly string[];
  readonly rowsPerSecond?: number;
  /** Folder of --state. */
  readonly state?: string;
  readonly checkpointInterval?: string;
  readonly parallelism?: number;
  readonly allowLostState?: boolean;
  /** Only say what would become of the state. */
  readonly check?: boolean;
  /** Path of --from. */
  readonly from?: string;
  /** Size of --memory. */
  readonly memory?: string;
}
