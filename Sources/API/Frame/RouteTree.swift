import HTTPTypes

/// Finds a route by its path. A literal part wins over `{name}.suffix`, that over `{name}`,
/// and that over `{name*}`, which takes all that is left and gives it no value.
struct RouteTree: Sendable {
    /// All methods of one path.
    struct Endpoint: Sendable {
        /// As in the route table, the base path with `{zone}` before it: what the log and the figures show.
        let template: String
        fileprivate(set) var routes: [HTTPRequest.Method: Route] = [:]
        /// The names of a method's path parts, in order.
        fileprivate var names: [HTTPRequest.Method: [String]] = [:]

        /// The header `Allow`: HEAD works where GET does.
        var allowedMethods: String {
            var methods = routes.keys.map(\.rawValue)
            if routes[.get] != nil, routes[.head] == nil { methods.append("HEAD") }
            return methods.sorted().joined(separator: ", ")
        }
    }

    struct Match: Sendable {
        let endpoint: Endpoint
        fileprivate let values: [String]

        /// The route for a method; that of GET for HEAD.
        func route(for method: HTTPRequest.Method) -> Route? {
            endpoint.routes[method] ?? (method == .head ? endpoint.routes[.get] : nil)
        }

        /// The path's parts by name.
        func parts(for method: HTTPRequest.Method) -> [String: String] {
            let names = endpoint.names[method] ?? endpoint.names[.get] ?? []
            return Dictionary(zip(names, values)) { first, _ in first }
        }
    }

    private struct Node {
        var literals: [String: Int] = [:]
        var suffixes: [(suffix: String, node: Int)] = []
        var parameter: Int?
        /// Ends in `{name*}`, which takes all that is left, also nothing.
        var rest: Int?
        var endpoint: Endpoint?
    }

    private var nodes = [Node()]

    /// - Precondition: no method of a path stands twice.
    init(_ routes: [Route], settings: APISettings) {
        for route in routes {
            let base = route.base == .zone ? settings.basePath : ""
            let shown = route.base == .zone ? APISettings.basePathTemplate : ""
            add(route, path: base + route.path, template: shown + route.path)
        }
    }

    func match(_ segments: [String]) -> Match? {
        var values: [String] = []
        guard let endpoint = find(segments[...], from: 0, &values) else { return nil }
        return Match(endpoint: endpoint, values: values)
    }

    private mutating func add(_ route: Route, path: String, template: String) {
        var node = 0
        var names: [String] = []
        for part in path.split(separator: "/") {
            guard part.hasPrefix("{"), let end = part.firstIndex(of: "}") else {
                node = child(nodes[node].literals[String(part)]) { tree, made in
                    tree.nodes[node].literals[String(part)] = made
                }
                continue
            }
            names.append(String(part[part.index(after: part.startIndex)..<end]))
            if part.hasSuffix("*}") {
                node = child(nodes[node].rest) { tree, made in tree.nodes[node].rest = made }
                continue
            }
            let suffix = String(part[part.index(after: end)...])
            if suffix.isEmpty {
                node = child(nodes[node].parameter) { tree, made in tree.nodes[node].parameter = made }
            } else {
                node = child(nodes[node].suffixes.first { $0.suffix == suffix }?.node) { tree, made in
                    tree.nodes[node].suffixes.append((suffix, made))
                }
            }
        }
        var endpoint = nodes[node].endpoint ?? Endpoint(template: template)
        precondition(endpoint.routes[route.method] == nil, "\(route.method) \(path) stands twice in the table")
        endpoint.routes[route.method] = route
        endpoint.names[route.method] = names
        nodes[node].endpoint = endpoint
    }

    private mutating func child(_ known: Int?, _ add: (inout RouteTree, Int) -> Void) -> Int {
        if let known { return known }
        nodes.append(Node())
        add(&self, nodes.count - 1)
        return nodes.count - 1
    }

    private func find(_ segments: ArraySlice<String>, from node: Int, _ values: inout [String]) -> Endpoint? {
        let rest = nodes[node].rest.flatMap { nodes[$0].endpoint }
        guard let segment = segments.first else { return nodes[node].endpoint ?? rest }
        let others = segments.dropFirst()
        if let next = nodes[node].literals[segment], let found = find(others, from: next, &values) { return found }
        for (suffix, next) in nodes[node].suffixes where segment.hasSuffix(suffix) && segment != suffix {
            values.append(String(segment.dropLast(suffix.count)))
            if let found = find(others, from: next, &values) { return found }
            values.removeLast()
        }
        guard let next = nodes[node].parameter else { return rest }
        values.append(segment)
        if let found = find(others, from: next, &values) { return found }
        values.removeLast()
        return rest
    }
}
