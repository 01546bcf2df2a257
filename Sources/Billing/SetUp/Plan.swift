import UsageLedger
import Units

/// What a task runs on. Count and minimum of a used plan never change: a new plan is made.
public struct Plan: Hashable, Sendable {
    public let id: PlanID
    /// Position of the event that recorded this version; 0 while it isn't recorded.
    public var version: Int64
    public var name: String
    public var gpuModel: String
    public var gpuCount: GPUQuantity
    public var minimumExecutionSeconds: Int64

    /// One day: a minimum above it is a mistake.
    public static let longestMinimumSeconds: Int64 = 86_400

    public init(
        id: PlanID, version: Int64 = 0, name: String, gpuModel: String, gpuCount: GPUQuantity,
        minimumExecutionSeconds: Int64
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.gpuModel = gpuModel
        self.gpuCount = gpuCount
        self.minimumExecutionSeconds = minimumExecutionSeconds
    }

    public var terms: PlanTerms { PlanTerms(gpus: gpuCount, minimumSeconds: minimumExecutionSeconds) }
}
