/// Whether the server lives, for those who watch it.
enum OperationRoutes {
    static let all: [Route] = [
        Route(.get, "/healthz/", base: .root, for: .open) { _ in .json(.object([.init("status", .string("ok"))])) }
    ]
}
