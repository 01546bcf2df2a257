// Asks a server as fast as it answers, over connections that are kept: each sends one request, waits for the whole
// answer, sends the next. One thread with epoll, so that the asking costs little beside the answering.
//
// usage: load PORT CONNECTIONS SECONDS FILE
// The FILE holds requests as they go over the wire, each behind its length in four bytes, little-endian. They are taken
// in turn; with SECONDS 0 each is sent once.
// Prints requests, seconds, p50 and p99 in microseconds, and how many answers weren't 2xx, as key=value lines.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct request { char *bytes; size_t length; };
struct connection { int socket; struct request *sent; size_t written; char *buffer; size_t filled; double begun; };

static const size_t room = 16 << 20;
static struct request *requests;
static size_t request_count, next_request, finished, failed, latency_count, latency_room;
static float *latencies;
static double until;
static bool once;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void read_requests(const char *path) {
    struct stat status;
    FILE *file = fopen(path, "r");
    if (!file || fstat(fileno(file), &status) != 0) die(path);
    size_t size = (size_t)status.st_size;
    char *bytes = malloc(size);
    if (!bytes || fread(bytes, 1, size, file) != size) die(path);
    fclose(file);
    for (size_t at = 0, places = 0; at + 4 <= size;) {
        uint32_t length;
        memcpy(&length, bytes + at, 4);
        if (request_count == places) requests = realloc(requests, (places = places * 2 + 16) * sizeof *requests);
        if (!requests) die("realloc");
        requests[request_count++] = (struct request){bytes + at + 4, length};
        at += 4 + length;
    }
}

static void connect_to(struct connection *connection, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(connection->socket, F_SETFL, O_NONBLOCK);
    connection->buffer = malloc(room + 1);
    if (!connection->buffer) die("malloc");
}

// The whole answer's length, 0 while it isn't known or isn't there.
static size_t answer_length(struct connection *connection) {
    connection->buffer[connection->filled] = 0;
    char *end = strstr(connection->buffer, "\r\n\r\n");
    if (!end) return 0;
    size_t head = (size_t)(end - connection->buffer) + 4;
    *end = 0;
    char *length = strcasestr(connection->buffer, "\r\ncontent-length:");
    bool chunked = strcasestr(connection->buffer, "\r\ntransfer-encoding: chunked") != NULL;
    size_t whole = length ? head + strtoull(length + 17, NULL, 10) : head;
    *end = '\r';
    if (chunked) {
        char *last = connection->buffer + connection->filled - 5;
        return connection->filled >= head + 5 && memcmp(last, "0\r\n\r\n", 5) == 0 ? connection->filled : 0;
    }
    return connection->filled >= whole ? whole : 0;
}

// False when there is nothing more to send.
static bool begin(struct connection *connection) {
    if (once ? next_request == request_count : now() >= until) return false;
    connection->sent = &requests[next_request++ % request_count];
    connection->written = connection->filled = 0;
    connection->begun = now();
    return true;
}

static void push(struct connection *connection) {
    while (connection->written < connection->sent->length) {
        ssize_t count = write(
            connection->socket, connection->sent->bytes + connection->written, connection->sent->length - connection->written);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) die("write");
        connection->written += (size_t)count;
    }
}

static bool pull(struct connection *connection) {
    ssize_t count = read(connection->socket, connection->buffer + connection->filled, room - connection->filled);
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) die("the server closed a connection");
    connection->filled += (size_t)count;
    return answer_length(connection) > 0;
}

static void note(struct connection *connection) {
    if (latency_count == latency_room) {
        latency_room = latency_room ? latency_room * 2 : 1 << 16;
        latencies = realloc(latencies, latency_room * sizeof *latencies);
        if (!latencies) die("realloc");
    }
    latencies[latency_count++] = (float)((now() - connection->begun) * 1e6);
    finished += 1;
    if (memcmp(connection->buffer, "HTTP/1.1 2", 10) != 0 && failed++ == 0)
        fprintf(stderr, "load: %.300s\n", connection->buffer);
}

static int ascending(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words) {
    if (count < 5) return fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS FILE\n"), 2;
    int port = atoi(words[1]), connection_count = atoi(words[2]);
    double length = atof(words[3]);
    read_requests(words[4]);
    struct connection *connections = calloc((size_t)connection_count, sizeof *connections);
    for (int index = 0; index < connection_count; index++) connect_to(&connections[index], port);
    int events = epoll_create1(0), open = 0;
    once = length == 0;
    double start = now();
    until = start + length;
    for (int index = 0; index < connection_count; index++) {
        if (!begin(&connections[index])) break;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &connections[index]};
        epoll_ctl(events, EPOLL_CTL_ADD, connections[index].socket, &event);
        push(&connections[index]);
        open += 1;
    }
    struct epoll_event ready[256];
    while (open > 0) {
        int found = epoll_wait(events, ready, 256, 60000);
        if (found <= 0) die("nothing came for a minute");
        for (int index = 0; index < found; index++) {
            struct connection *connection = ready[index].data.ptr;
            if (connection->sent) push(connection);
            while (connection->sent && connection->written == connection->sent->length && pull(connection)) {
                note(connection);
                if (begin(connection)) push(connection);
                else connection->sent = NULL, open -= 1;
            }
        }
    }
    double taken = now() - start;
    qsort(latencies, latency_count, sizeof *latencies, ascending);
    printf("requests=%zu\nseconds=%.6f\nfailed=%zu\n", finished, taken, failed);
    if (latency_count > 0)
        printf("p50=%.0f\np99=%.0f\n", (double)latencies[latency_count / 2], (double)latencies[latency_count * 99 / 100]);
    return 0;
}
