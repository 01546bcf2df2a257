/// A list that mostly holds one element, which then needs no memory of its own.
struct Few<Element>: RandomAccessCollection {
    private var first: Element?
    private var others: [Element] = []

    var startIndex: Int { 0 }
    var endIndex: Int { first == nil ? 0 : 1 + others.count }

    subscript(_ index: Int) -> Element {
        guard index == 0, let first else { return others[index - 1] }
        return first
    }

    mutating func append(_ element: Element) {
        if first == nil { first = element } else { others.append(element) }
    }
}
