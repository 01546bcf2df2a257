import Units

/// One container engine: an endpoint of the Docker Engine API, or a simulated one in tests.
///
/// Every call may throw `unreachable` (no answer, or none in time), `refused` (the engine said no; its words are in the
/// message) and `badAnswer` (what it said can't be read). A call that is repeated does no harm: what it asked for is
/// either done once, or the second one is told so (`nameInUse`).
public protocol ContainerHost: Sendable {
    /// As configured, for example `local`.
    var name: String { get }

    /// The engine answers.
    func ping() async throws(EngineError)

    /// Brings an image to the host, to its end; `progress` is called as often as the engine says something.
    /// Errors: `unauthorized` (no login, or a wrong one), `imageNotFound`.
    func pull(
        _ image: String, login: RegistryLogin?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(EngineError)

    /// Makes a container that doesn't run yet and gives the engine's id of it. Errors: `nameInUse`, `imageNotFound`.
    func create(_ container: ContainerSpecification) async throws(EngineError) -> String

    /// Starting a container that runs already changes nothing. Errors: `noSuchContainer`, `commandNotFound`.
    func start(_ id: String) async throws(EngineError)

    /// Errors: `noSuchContainer`.
    func state(_ id: String) async throws(EngineError) -> ContainerState

    /// All containers with a label, `name` or `name=value`, also those that have ended.
    func containers(label: String) async throws(EngineError) -> [ContainerState]

    /// Waits until it has ended, however long that takes. Errors: `noSuchContainer`.
    func wait(_ id: String) async throws(EngineError) -> ContainerState

    /// TERM, and KILL for what still runs after the grace. A container that doesn't run stays as it is.
    /// Errors: `noSuchContainer`.
    func stop(_ id: String, graceSeconds: Int) async throws(EngineError)

    /// Errors: `noSuchContainer`; `refused` for a container that doesn't run.
    func kill(_ id: String, signal: String) async throws(EngineError)

    /// Removes it, running or not. One that isn't there is no error.
    func remove(_ id: String) async throws(EngineError)

    /// What it has written so far and, with `follow`, all that it writes until it ends. Errors: `noSuchContainer`.
    func logs(_ id: String, follow: Bool) async throws(EngineError) -> AsyncThrowingStream<LogFrame, any Error>

    /// A folder or file of the container as a tar stream, also after its end. Errors: `noSuchContainer`, `noSuchPath`.
    func archive(_ id: String, path: String) async throws(EngineError) -> AsyncThrowingStream<[UInt8], any Error>

    /// Where a port of a running container is reached from this machine: where the host publishes it, else on the
    /// container's own network; `nil` when neither is there. Errors: `noSuchContainer`.
    func address(_ id: String, port: Int) async throws(EngineError) -> ContainerAddress?
}
