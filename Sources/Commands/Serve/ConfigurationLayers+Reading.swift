import Foundation
import Service

extension ConfigurationLayers {
    /// Reads what a command was given: flags, variables, and a file. Error: `invalid_configuration` with everything
    /// that is wrong.
    /// - Parameters:
    ///   - file: `nil`: what the variable KANJO_CONFIG names, if it does.
    ///   - set: `key=value` each.
    ///   - own: settings that have flags of their own, which win over `set`.
    static func read(
        file: String?, set: [String], own: [String: String?] = [:], variable: @escaping (String) -> String?
    ) throws -> ConfigurationLayers {
        let fileName = file ?? variable("KANJO_CONFIG")
        let values = try fileName.map { name in
            guard let text = try? String(contentsOfFile: name, encoding: .utf8) else {
                throw ServiceError(.invalidConfiguration, "\(name) can't be read; check --config and KANJO_CONFIG")
            }
            return try SettingsFile.values(in: text)
        }
        var flags: [String: String] = [:]
        for text in set {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            flags[String(parts[0])] = String(parts[1])
        }
        for (key, value) in own { flags[key] = value ?? flags[key] }
        return try ConfigurationLayers(flags: flags, variable: variable, file: values ?? [], fileName: fileName ?? "")
    }
}
