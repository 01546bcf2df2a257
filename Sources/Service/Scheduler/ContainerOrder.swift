import ContainerEngine
import Scheduling
import Store
import UsageLedger
import Units

/// What an engine is asked for to run a task.
struct ContainerOrder: Sendable {
    let specification: ContainerSpecification
    let login: RegistryLogin?

    /// Why a task can't be run, in words for its owner.
    struct Fault: Error {
        let outcome: Outcome
        let message: String
    }

    /// Reads a task and makes its order. Errors: `Fault`, those of the store.
    init(_ container: KeptContainer, _ settings: ContainerSettings, _ service: LedgerService, _ secrets: SecretCipher)
        throws
    {
        let task = try service.store.task(container.task, account: container.account, now: service.environment.now())
        login = try Self.login(task, service, secrets)
        var environment = [
            "SAKURA_ARTIFACT_DIR=\(TaskFolders.artifact)", "SAKURA_TASK_ID=\(task.id)",
        ]
        do {
            let variables = try TaskEnvironment.opened(of: task, secrets).members ?? []
            environment = variables.map { "\($0.key)=\($0.value.string ?? "")" } + environment
        } catch {
            throw Fault(
                outcome: .aborted, message: "the task's environment can't be read on our side; ask the operator")
        }
        let plan = try service.store.plan(container.plan)
        let gpus = settings.driver(container.plan).map { driver in
            GPURequest(
                driver: driver, count: ContainerSettings.gpuCount(plan), devices: container.gpus.map(String.init))
        }
        var specification = ContainerSpecification(
            name: container.name, image: task.container.image,
            command: task.container.command.isEmpty ? nil : task.container.command,
            entrypoint: task.container.entrypoint.isEmpty ? nil : task.container.entrypoint, environment: environment,
            labels: [
                ContainerLabels.ledger: settings.label, ContainerLabels.task: container.task.text,
                ContainerLabels.attempt: String(container.attempt),
            ],
            gpus: gpus, memoryBytes: settings.memoryBytes, networkMode: settings.networkMode,
            ulimits: settings.ulimits)
        if let gpus { specification.labels[ContainerLabels.gpus] = gpus.text }
        specification.folders = [TaskFolders.artifact]
        if let address = settings.httpAddressByHost[container.host], let port = task.container.httpPort {
            specification.published = (port, address)
        }
        self.specification = specification
    }

    private static func login(
        _ task: ComputeTask, _ service: LedgerService, _ secrets: SecretCipher
    ) throws -> RegistryLogin? {
        guard let id = task.container.registry else { return nil }
        guard let registry = try service.store.registry(id, of: task.account) else {
            throw Fault(
                outcome: .error,
                message: "the registry \(id) that the task names was deleted; hand the task in again with another")
        }
        guard ImageRegistry(ofImage: task.container.image) == ImageRegistry(host: registry.hostname) else {
            throw Fault(
                outcome: .error,
                message: "the registry \(id) is a login for \(registry.hostname), and the image comes from "
                    + "\(ImageRegistry(ofImage: task.container.image)); hand the task in again with its login")
        }
        guard let password = try? secrets.open(registry.sealedPassword, for: Registry.place(of: id)) else {
            throw Fault(
                outcome: .aborted, message: "the registry's password can't be read on our side; save the registry again"
            )
        }
        return RegistryLogin(server: registry.hostname, username: registry.username, password: password)
    }
}
