/// Events of a feed as text, one a line.
enum FeedText {
    /// One event of the source `s`, without a line end.
    /// - Parameter data: members of `data` as JSON, without braces.
    static func event(_ id: Int, _ type: String, _ task: String, _ time: String, data: String = "") -> String {
        #"{"source":"s","id":"\#(id)","type":"\#(type)","subject":"\#(task)","time":"\#(time)","data":{\#(data)}}"#
    }
}
