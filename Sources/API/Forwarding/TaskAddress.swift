import Scheduling
import Service
import UsageLedger

/// An address with a `*` in place of a task's name: `https://*.tasks.example.jp`. Each task is then an origin of its
/// own (RFC 6454): what its pages may do ends there, and nothing else of this server is under such a name.
public struct TaskAddress: Hashable, Sendable {
    public let text: String
    private let scheme, domain: String

    /// `nil` unless it is `http` or `https`, `://*.`, a host name of small letters, digits, hyphens and dots, and maybe
    /// a port.
    public init?(_ text: String) {
        guard let mark = text.firstRange(of: "://*."), ["http", "https"].contains(String(text[..<mark.lowerBound]))
        else { return nil }
        let domain = text[mark.upperBound...]
        let parts = domain.split(separator: ":", omittingEmptySubsequences: false)
        let isName = parts[0].utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        guard isName, !parts[0].isEmpty, parts[0].first != ".", parts.count < 3,
            parts.count == 1 || UInt16(parts[1]) != nil
        else { return nil }
        (self.text, self.scheme, self.domain) = (text, String(text[..<mark.lowerBound]), String(domain))
    }

    /// The address of one task.
    func address(of label: TaskHostLabel) -> String { "\(scheme)://\(label.text).\(domain)" }

    /// What stands in place of the `*` in a Host header; `nil` for another host. Ports don't count: a proxy may stand
    /// before us.
    func label(of authority: String?) -> String? {
        guard let authority else { return nil }
        let host = authority.lowercased().split(separator: ":").first ?? ""
        let ending = "." + (domain.split(separator: ":").first ?? "")
        return host.hasSuffix(ending) ? String(host.dropLast(ending.count)) : nil
    }
}

/// Where tasks are reached, as a request's answer says it.
struct TaskLinks: Sendable {
    let taskAddress: TaskAddress?
    let publicAddress: String

    /// Of a task that takes HTTP and that our scheduler has in hand; null else. Error: `secret_key_unusable`.
    func httpURI(of task: ComputeTask, _ secrets: SecretCipher) throws -> JSONValue {
        guard task.container.isInHand, let label = try TaskHostLabel(of: task.id, secrets) else { return .null }
        let address = taskAddress?.address(of: label) ?? "\(publicAddress)/t/\(label.text)"
        return .string(address + task.container.httpPath)
    }
}

extension APIRequest {
    var taskLinks: TaskLinks { TaskLinks(taskAddress: settings.taskAddress, publicAddress: publicAddress) }
}
