using System.Globalization;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Makes the exception that the end of a worker means for the task it was running.</summary>
internal static class WorkerFailure
{
    /// <summary>
    /// Converts a task's own exception into one that reports the memory limit, if it was for lack of memory and there is a limit; gives one
    /// that a sandbox has caused that cause.
    /// </summary>
    public static Exception Explain(Exception failure, string what, long? memoryLimit, Sandbox? sandbox)
    {
        if (sandbox is not null)
        {
            SandboxRefusal.AddCause(failure, sandbox);
        }

        return failure is OutOfMemoryException && memoryLimit is long limit
            ? new MemoryLimitException(
                string.Create(
                    CultureInfo.InvariantCulture, $"{what} needed more memory than its limit of {limit / 1e6:0.#} MB: {failure.Message}"),
                limit,
                worker: null,
                failure)
            : failure;
    }

    /// <param name="end">How the worker ended.</param>
    /// <param name="what">What it was running.</param>
    /// <param name="timeLimit">The task's time limit.</param>
    /// <param name="memoryLimit">The memory limit.</param>
    /// <param name="history">What happened to earlier attempts; empty if this was the first.</param>
    /// <param name="shutdownDeadline">
    /// How long the shutdown of its pool had waited when it killed the worker; null if it did not kill it.
    /// </param>
    public static Exception ToException(
        WorkerEnd end, string what, TimeSpan? timeLimit, long? memoryLimit, string history, TimeSpan? shutdownDeadline = null)
    {
        string body = $"{what} was lost: {end}{history}";
        return end.Reason switch
        {
            ExitReason.TimedOut when timeLimit is TimeSpan limit =>
                new TaskTimeoutException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{what} ran longer than its limit of {limit.TotalSeconds:0.###} s and was killed: {end}{history}"),
                    limit,
                    end),
            ExitReason.OverMemoryLimit when memoryLimit is long limit =>
                new MemoryLimitException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{what} used more memory than its limit of {limit / 1e6:0.#} MB and was killed: {end}{history}"),
                    limit,
                    end),
            ExitReason.OutOfMemory =>
                new WorkerCrashedException(
                    $"{body}\nThe system's memory ran out: it killed a process of this control group at that time.", end),
            ExitReason.Corrupted =>
                new WorkerCrashedException(
                    $"{body}\nSomething in that process has written where it should not: native code, unsafe code, or a write beyond the " +
                    "end of shared memory.",
                    end),
            ExitReason.Unknown => new WorkerCrashedException(body, end),
            ExitReason.Killed when shutdownDeadline is TimeSpan waited =>
                new WorkerCrashedException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{what} had not ended {waited.TotalSeconds:0.###} s after the shutdown of its pool, its deadline, and was " +
                        $"killed: {end}{history}"),
                    end),
            ExitReason.Killed or ExitReason.Terminated =>
                new WorkerCrashedException($"{what} was stopped, because its pool or process was told to: {end}{history}", end),
            _ when end.Signal == Signals.Kill =>
                new WorkerCrashedException(
                    $"{body}\nThis process did not send that signal, and nothing shows that memory ran out: it came from outside, or " +
                    "from the task itself.",
                    end),
            _ when end.Signal == Signals.BadSystemCall && end.Sandbox.Length > 0 =>
                new WorkerCrashedException(
                    $"{body}\nIts sandbox ended it, because it made a system call by the numbers of another architecture.", end),
            _ when end.Signal == Signals.ProcessorTime && end.Sandbox.Length > 0 =>
                new WorkerCrashedException($"{body}\nIt had used more processor time than its sandbox allows.", end),
            _ when end.Signal is not null => new WorkerCrashedException(body, end),
            _ => new WorkerExitedException(body, end),
        };
    }

    /// <summary>A name for a delegate that its author recognises.</summary>
    public static string Describe(Delegate function)
    {
        while (function.Method.Module == typeof(WorkerFailure).Module && Wrapped(function.Target) is { } wrapped)
        {
            function = wrapped;
        }

        MethodInfo method = function.Method;
        string type = method.DeclaringType?.FullName ?? "";
        int closure = type.IndexOf("+<>", StringComparison.Ordinal);
        string owner = closure < 0 ? type : type[..closure];
        string name = method.Name;
        if (name.StartsWith('<'))
        {
            int end = name.IndexOf('>', StringComparison.Ordinal);
            name = name.StartsWith("<<Main>$>", StringComparison.Ordinal) ? "a lambda in Main" : $"a lambda in {name[1..end]}";
            return $"The task ({owner}: {name})";
        }

        return $"The task ({owner}.{name})";
    }

    /// <summary>The user's function inside one of Braid's own delegates, which adapts its arguments, its result or its task.</summary>
    private static Delegate? Wrapped(object? target) => target as Delegate
        ?? target?.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => field.GetValue(target)).OfType<Delegate>().FirstOrDefault();
}
