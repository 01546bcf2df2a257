import Hummingbird
import NIOCore

/// What the frame knows of one request besides the request itself.
public struct APIContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Who is connected, as far as the socket knows.
    let remoteAddress: SocketAddress?
    /// Of the connection.
    let eventLoop: any EventLoop
    let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
        channel = source.channel
        eventLoop = source.channel.eventLoop
    }
}
