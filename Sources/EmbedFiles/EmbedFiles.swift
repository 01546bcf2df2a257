import Foundation
import PackagePlugin

/// Embeds every `.sql`, `.yaml` and `.json` file of a target's folder in the binary: adding a file is the only step.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: path(target.directoryURL))
            .filter { $0.hasSuffix(".sql") || $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }
            .sorted()
            .map { target.directoryURL.appending(path: $0) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) files of \(target.name)",
                executable: try context.tool(named: "EmbedFilesTool").url,
                arguments: [path(output), path(target.directoryURL)] + files.map(path),
                inputFiles: files,
                outputFiles: [output])
        ]
    }

    /// With spaces and other letters as they are.
    private func path(_ url: URL) -> String { url.path(percentEncoded: false) }
}
