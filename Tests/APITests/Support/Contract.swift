import Schema
import Service
import UsageLedger

@testable import API

/// The operations of `schema/openapi.yaml` and of the route table, so written that they can be compared: names in paths
/// and the slash at the end don't count.
struct Contract {
    /// For example `GET /tasks/{}`; those at the server's root begin with `root:`.
    let roles: [String: Set<String>]

    static func ofDocument() throws -> Contract {
        let document = try YAMLDocument.value(in: Schema.openAPI)
        var roles: [String: Set<String>] = [:]
        for path in document["paths"]?.members ?? [] {
            let isAtRoot = path.value["servers"] != nil
            for (method, operation) in (path.value.members ?? []).map({ ($0.key, $0.value) }) {
                guard let names = operation["x-roles"]?.array else { continue }
                roles[name(method, path.key, isAtRoot: isAtRoot)] = Set(names.compactMap(\.string))
            }
        }
        return Contract(roles: roles)
    }

    static func ofRoutes(_ routes: [Route] = RouteTable.all) -> Contract {
        Contract(
            roles: Dictionary(
                routes.map { route in
                    (name(route.method.rawValue, route.path, isAtRoot: route.base == .root), roles(of: route.access))
                }, uniquingKeysWith: { first, _ in first }))
    }

    private static func roles(of access: Route.Access) -> Set<String> {
        switch access {
        case .open: []
        case .anyKey: Set(AccessRole.allCases.map(\.rawValue))
        case .roles(let roles): Set(roles.map(\.rawValue))
        }
    }

    private static func name(_ method: String, _ path: String, isAtRoot: Bool) -> String {
        let parts = path.split(separator: "/").map { part in
            part.first == "{" ? "{}" + (part.split(separator: "}").dropFirst().first ?? "") : String(part)
        }
        return "\(method.uppercased()) \(isAtRoot ? "root:" : "")/\(parts.joined(separator: "/"))"
    }
}
