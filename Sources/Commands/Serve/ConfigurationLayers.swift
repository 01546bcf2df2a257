import Configuration
import Service

/// Where the settings come from: flags win over variables, variables over the file, the file over the defaults.
struct ConfigurationLayers {
    /// A setting in force, and where it comes from.
    struct InForce {
        let setting: ServeSetting
        let source: String
        let text: String
    }

    /// A value of the command line, and the flag that gave it.
    struct Flag {
        let text: String
        let source: String
    }

    let configuration: ServeConfiguration
    let settings: [InForce]

    /// Error: `invalid_configuration` with everything that is wrong.
    init(
        flags: [String: Flag], variable: (String) -> String?, file: [SettingsFile.Value], fileName: String
    ) throws {
        let known = ServeSetting.all
        var variables: [String: String] = [:]
        for setting in known { variables[setting.variable] = variable(setting.variable) }
        let fromFile = Dictionary(file.map { ($0.key, $0.text) }) { _, last in last }
        let reader = ConfigReader(providers: [
            InMemoryProvider(name: "flags", values: Self.values(flags.mapValues(\.text))),
            EnvironmentVariablesProvider(environmentVariables: variables),
            InMemoryProvider(name: "file", values: Self.values(fromFile)),
        ])
        var wrong: [String] = []
        for key in Set(flags.keys).union(fromFile.keys).subtracting(known.map(\.key)).sorted() {
            let line = file.first { $0.key == key }.map { "\(fileName), line \($0.line)" } ?? "--set"
            wrong.append("\(line): there is no setting '\(key)'; docs/configuration.md lists them all")
        }
        var configuration = ServeConfiguration()
        var inForce: [InForce] = []
        for setting in known {
            var source = "default"
            if let text = reader.string(forKey: ConfigKey(Self.components(setting.key))) {
                source =
                    flags[setting.key]?.source
                    ?? (variables[setting.variable] != nil ? setting.variable : fileName)
                do {
                    try setting.read(text, &configuration)
                } catch {
                    let words = (error as? ServeSetting.Wrong)?.words ?? "\(error)"
                    wrong.append("\(setting.key) (\(source)): '\(text.prefix(80))' \(words)")
                }
            }
            inForce.append(InForce(setting: setting, source: source, text: setting.show(configuration)))
        }
        wrong += Self.contradictions(configuration)
        guard wrong.isEmpty else {
            throw ServiceError(
                .invalidConfiguration, "the configuration can't be used:\n  " + wrong.joined(separator: "\n  "))
        }
        self.configuration = configuration
        settings = inForce
    }

    private static func contradictions(_ configuration: ServeConfiguration) -> [String] {
        var found: [String] = []
        let api = configuration.api, engine = configuration.engine.certificates
        for (group, isHalf) in [
            ("tls", (api.tlsCertificateFile == nil) != (api.tlsKeyFile == nil)),
            ("engine", (engine.certificateFile == nil) != (engine.keyFile == nil)),
        ] where isHalf {
            found.append("\(group).certificate_file and \(group).key_file go together; set both, or neither")
        }
        return found + configuration.engine.faults
    }

    private static func values(_ texts: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            uniqueKeysWithValues: texts.map { key, text in
                (AbsoluteConfigKey(components(key)), ConfigValue(.string(text), isSecret: false))
            })
    }

    private static func components(_ key: String) -> [String] { ["kanjo"] + key.split(separator: ".").map(String.init) }
}
