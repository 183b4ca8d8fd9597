namespace Braid.Queues;

/// <summary>The texts of the queues, in-process and shared: the size, the limit and the number of waiters.</summary>
internal static class QueueText
{
    public static string Of<T>(IQueue<T> queue, string name, int getters, int putters, int joiners) =>
        $"{name}, size={queue.Qsize}{(queue.Maxsize == 0 ? "" : $"/{queue.Maxsize}")}{(queue.IsShutdown ? ", shut down" : "")}"
        + $"{(getters == 0 ? "" : $", getters={getters}")}{(putters == 0 ? "" : $", putters={putters}")}"
        + (joiners == 0 ? "" : $", joiners={joiners}, unfinished={queue.UnfinishedTasks}");
}
