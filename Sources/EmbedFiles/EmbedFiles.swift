import Foundation
import PackagePlugin

/// Embeds every `.sql`, `.yaml` and `.json` file of a target's folder in the binary: adding a file is the only step.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: target.directoryURL.path())
            .filter { $0.hasSuffix(".sql") || $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }
            .sorted()
            .map { target.directoryURL.appending(path: $0) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) files of \(target.name)",
                executable: try context.tool(named: "EmbedFilesTool").url,
                arguments: [output.path(), target.directoryURL.path()] + files.map { $0.path() },
                inputFiles: files,
                outputFiles: [output])
        ]
    }
}
