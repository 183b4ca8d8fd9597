using System.Runtime.CompilerServices;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>
/// Waits that happen at the server. With a token they are made in slices, each a call with a timeout of its own: a call that is given up
/// half-way would continue at a server of CPython, and take an item there that no one receives.
/// </summary>
internal static class SlicedWait
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(250);

    /// <param name="timeout">How long to wait.</param>
    /// <param name="attempt">Waits at the server for so many seconds, or for as long as it takes if null; says whether it has it.</param>
    /// <param name="token">Ends the wait between two slices.</param>
    /// <returns>False if the time was up.</returns>
    public static bool Run(TimeSpan timeout, Func<double?, bool> attempt, CancellationToken token)
    {
        var deadline = Deadline.After(timeout);
        while (true)
        {
            token.ThrowIfCancellationRequested();
            (double? seconds, bool isLast) = Next(deadline, token);
            if (attempt(seconds))
            {
                return true;
            }

            if (isLast)
            {
                return false;
            }
        }
    }

    /// <inheritdoc cref="Run"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public static async ValueTask<bool> RunAsync(TimeSpan timeout, Func<double?, ValueTask<bool>> attempt, CancellationToken token)
    {
        var deadline = Deadline.After(timeout);
        while (true)
        {
            token.ThrowIfCancellationRequested();
            (double? seconds, bool isLast) = Next(deadline, token);
            if (await attempt(seconds).ConfigureAwait(false))
            {
                return true;
            }

            if (isLast)
            {
                return false;
            }
        }
    }

    private static (double? Seconds, bool IsLast) Next(Deadline deadline, CancellationToken token)
    {
        TimeSpan left = deadline.Left;
        return token.CanBeCanceled && (deadline.IsNever || left > s_slice) ? (s_slice.TotalSeconds, false)
            : deadline.IsNever ? (null, true)
            : (left.TotalSeconds, true);
    }
}
