using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Processes that crash, or print, on purpose: nobody sees what they print, so that a run that fails shows only its own failures.</summary>
internal static class QuietProcess
{
    private static readonly WorkerSettings s_settings = new() { Output = Swallow };

    /// <summary>A handler for the output of workers.</summary>
    public static void Swallow(string line, bool isError)
    {
    }

    /// <inheritdoc cref="Process.Run{TResult}(Func{TResult}, TimeSpan?, long?, CancellationToken)"/>
    public static T Run<T>(Func<T> function, WorkerSettings? settings = null)
    {
        var call = new ProcessCall<T>();
        call.Start(NewBirth(), function, function, settings is null ? s_settings : settings with { Output = Swallow }, timeLimit: null, CancellationToken.None);
        return call.Result();
    }

    /// <inheritdoc cref="Process.Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, CancellationToken)"/>
    public static TResult Run<T, TResult>(Func<T, TResult> function, T arg) => Run(() => function(arg));

    /// <inheritdoc cref="Process.Start{T}(Action{T}, T, string?, bool?)"/>
    public static ChildProcess Start<T>(Action<T> target, T arg)
    {
        Action function = () => target(arg);
        return ChildProcess.Start(NewBirth(), function, s_settings, "quiet");
    }

    private static WorkerRole NewBirth() => new("quiet", "1", "MainProcess", Daemon: false, IsPoolWorker: false, PrintsFailures: false, Nice: null, Initializer: null);
}
