import HTTPTypes
import Service

/// HTTP for programs in containers. Whoever knows the address may ask: it can't be guessed.
enum ForwardRoutes {
    static let template = "/t/{label}/{path*}"

    static let all: [Route] = ([.get, .post, .put, .patch, .delete, .options] as [HTTPRequest.Method]).map { method in
        Route(method, template, base: .root, for: .open) { request in
            guard request.settings.taskAddress == nil else {
                throw ServiceError(.notFound, "tasks have addresses of their own here; a task's http_uri names it")
            }
            return try await Forwarding(request.request, request.context, request.frame).answer(
                request.part("label"), request.target.rest(after: 2))
        }
    }
}
