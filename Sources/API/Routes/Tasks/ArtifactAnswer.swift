import Scheduling
import Service
import Store
import UsageLedger
import Units

/// An artifact as the page shows it.
enum ArtifactAnswer {
    static func json(_ artifact: TaskArtifact, of task: TaskID) -> JSONValue {
        .object([
            .init("id", .string(artifact.id)), .init("task", .string(task.text)),
            .init("created_at", .string(artifact.createdAt.description)),
            .init("updated_at", .string(artifact.createdAt.description)),
            .init("filename", .string(TaskFiles.Kind.artifact.filename)),
            .init("size_bytes", .integer(artifact.sizeBytes)),
        ])
    }

    static func json(_ artifact: Artifact) -> JSONValue {
        json(
            TaskArtifact(id: artifact.id, createdAt: artifact.createdAt, sizeBytes: artifact.sizeBytes),
            of: artifact.task)
    }
}
