import Units
import UsageLedger

/// Reads a request for a task and names everything that is wrong with it at once. Unknown keys are left alone.
public struct SubmissionCheck {
    public static let greatestEnvironmentCharacters = 8191
    static let greatestCommandBytes = 1 << 19

    private let isKnownPlan: (PlanID) -> Bool
    private let registryHost: (String) -> String?
    private var fields = RequestFields()

    private init(isKnownPlan: @escaping (PlanID) -> Bool, registryHost: @escaping (String) -> String?) {
        self.isKnownPlan = isKnownPlan
        self.registryHost = registryHost
    }

    /// The request, or all that is wrong with it, in the order of the page.
    /// - Parameter registryHost: host name of one of the account's logins, by its id; `nil` when it has none such.
    public static func read(
        _ body: JSONValue, isKnownPlan: @escaping (PlanID) -> Bool, registryHost: @escaping (String) -> String?
    ) -> (submission: TaskSubmission?, issues: [FieldIssue]) {
        var check = SubmissionCheck(isKnownPlan: isKnownPlan, registryHost: registryHost)
        let submission = check.submission(body)
        return check.fields.issues.isEmpty ? (submission, []) : (nil, check.fields.issues)
    }

    private mutating func submission(_ body: JSONValue) -> TaskSubmission? {
        guard body.members != nil else {
            fields.note("", .invalidType, "the body must be an object with name and containers")
            return nil
        }
        let name = fields.text(body["name"], "name", 1...255)
        let container = container(body["containers"])
        let tags = fields.texts(body["tags"], "tags", atMost: 100, characters: 1...255)
        let limit = limit(body)
        guard let name, let container else { return nil }
        return TaskSubmission(name: name, tags: tags, container: container, ownLimitSeconds: limit)
    }

    private mutating func limit(_ body: JSONValue) -> Int64? {
        guard let value = body["execution_time_limit_sec"] else { return TaskSubmission.standardLimitSeconds }
        if value.isNull { return nil }
        return fields.integer(value, "execution_time_limit_sec", TaskSubmission.limitSeconds)
    }

    private mutating func container(_ value: JSONValue?) -> SubmittedContainer? {
        guard let value, !value.isNull else {
            fields.note("containers", .required, "containers is missing; send an array of one container")
            return nil
        }
        guard let containers = value.array, containers.count == 1, let container = containers.first else {
            let count = value.array.map { "\($0.count) containers" } ?? "no array"
            fields.note("containers", .invalidValue, "containers is \(count); a task has exactly one")
            return nil
        }
        let path = "containers[0]"
        guard container.members != nil else {
            fields.note(path, .invalidType, "\(path) must be an object")
            return nil
        }
        let image = image(container["image"], path + ".image")
        let plan = plan(container["plan"], path + ".plan")
        let registry = registry(container["registry"], path + ".registry", image)
        let command = fields.texts(
            container["command"], path + ".command", atMost: 1000, characters: 0...Self.greatestCommandBytes)
        let entrypoint = fields.texts(
            container["entrypoint"], path + ".entrypoint", atMost: 1000, characters: 0...Self.greatestCommandBytes)
        let bytes = (command + entrypoint).reduce(0) { $0 + $1.utf8.count }
        if bytes > Self.greatestCommandBytes {
            fields.note(
                path + ".command", .tooLong,
                "command and entrypoint have \(bytes) bytes together; at most \(Self.greatestCommandBytes) are taken")
        }
        let environment = environment(container["environment"], path + ".environment")
        let http = http(container["http"], path + ".http"), ssh = ssh(container["ssh"], path + ".ssh")
        guard let image, let plan else { return nil }
        return SubmittedContainer(
            plan: plan, image: image, registry: registry, command: command, entrypoint: entrypoint,
            environment: environment, http: http, ssh: ssh)
    }

    private mutating func image(_ value: JSONValue?, _ path: String) -> String? {
        guard let text = fields.text(value, path, 1...512) else { return nil }
        guard !text.utf8.contains(where: { $0 <= 0x20 }) else {
            fields.note(path, .invalidValue, "\(path) has white space in it; send a name such as registry/image:tag")
            return nil
        }
        return text
    }

    private mutating func plan(_ value: JSONValue?, _ path: String) -> PlanID? {
        guard let text = fields.text(value, path, 0...4096) else { return nil }
        guard let plan = try? PlanID(text), isKnownPlan(plan) else {
            fields.note(path, .unknownPlan, "there is no plan '\(text.prefix(64))'; GET /plans/ lists those there are")
            return nil
        }
        return plan
    }

    /// A password goes to the host that it was stored for, and to no other.
    private mutating func registry(_ value: JSONValue?, _ path: String, _ image: String?) -> String? {
        guard let value, !value.isNull, let text = fields.text(value, path, 0...4096) else { return nil }
        guard let host = registryHost(text).map(ImageRegistry.init(host:)) else {
            fields.note(
                path, .unknownRegistry, "there is no registry '\(text.prefix(64))' of yours; send its id or null")
            return nil
        }
        if let image, ImageRegistry(ofImage: image) != host {
            fields.note(
                path, .invalidValue,
                "the registry is a login for \(host), and the image comes from \(ImageRegistry(ofImage: image)); "
                    + "send the login of that host or null")
        }
        return text
    }

    private mutating func environment(_ value: JSONValue?, _ path: String) -> [EnvironmentVariable] {
        guard let value, !value.isNull else { return [] }
        guard let members = value.members else {
            fields.note(path, .invalidType, "\(path) must be an object of names and values")
            return []
        }
        var variables: [EnvironmentVariable] = []
        for member in members {
            let place = "\(path).\(member.key.prefix(64))"
            if !Self.isVariableName(member.key) {
                fields.note(place, .invalidValue, "a variable's name is 1 or more characters without = and NUL")
            } else if member.key.hasPrefix("SAKURA_") {
                fields.note(place, .reservedName, "names that begin with SAKURA_ are the platform's; choose another")
            } else if let text = Self.variable(member.value), !text.utf8.contains(0) {
                variables.append(EnvironmentVariable(name: member.key, value: text))
            } else {
                fields.note(place, .invalidType, "\(place) must be a string, a number, true or false")
            }
        }
        let characters = members.reduce(0) {
            $0 + $1.key.unicodeScalars.count + (Self.variable($1.value)?.unicodeScalars.count ?? 0)
        }
        if characters > Self.greatestEnvironmentCharacters {
            fields.note(
                path, .tooLong,
                "names and values of \(path) have \(characters) characters together; they must have fewer than 8192")
        }
        return variables
    }

    private static func isVariableName(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "=") }
    }

    private static func variable(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .inexact(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    private mutating func http(_ value: JSONValue?, _ path: String) -> JSONValue {
        guard let object = fields.object(value, path) else { return .null }
        let port = fields.integer(object["port"], path + ".port", 1...65_535)
        let sent = object["path"].flatMap { $0.isNull ? nil : $0 }
        let address = fields.text(sent ?? .string("/"), path + ".path", 0...1024)
        guard let port, let address else { return .null }
        return .object([.init("port", .integer(port)), .init("path", .string(address))])
    }

    private mutating func ssh(_ value: JSONValue?, _ path: String) -> JSONValue {
        guard let object = fields.object(value, path) else { return .null }
        let shell = fields.text(object["shell"], path + ".shell", 1...1024)
        var port: Int64?
        if let sent = object["port"], !sent.isNull { port = fields.integer(sent, path + ".port", 1...65_535) }
        guard let shell else { return .null }
        return .object([.init("shell", .string(shell))] + (port.map { [.init("port", .integer($0))] } ?? []))
    }
}
