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
            do {
                return try SettingsFile.values(in: text)
            } catch let error as ServiceError {
                throw ServiceError(error.code, "\(name), \(error.message)")
            }
        }
        var flags: [String: Flag] = [:]
        for text in set {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            flags[String(parts[0])] = Flag(text: String(parts[1]), source: "--set")
        }
        for setting in ServeSetting.all {
            guard let flag = setting.flag, let text = own[setting.key] ?? nil else { continue }
            flags[setting.key] = Flag(text: text, source: flag)
        }
        return try ConfigurationLayers(flags: flags, variable: variable, file: values ?? [], fileName: fileName ?? "")
    }
}
