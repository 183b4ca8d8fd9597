using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>CancellationTokenSource: see <see cref="TokenSource"/>.</summary>
[Hooks(typeof(CancellationTokenSource))]
internal static class CancellationTokenSourceHooks
{
    public static CancellationTokenSource New(int site) => new();

    public static CancellationTokenSource New(int millisecondsDelay, int site) =>
        ControlledThread.Current is { } thread ? Make(thread, Time.FromMilliseconds(millisecondsDelay), site) : new CancellationTokenSource(millisecondsDelay);

    public static CancellationTokenSource New(TimeSpan delay, int site) =>
        ControlledThread.Current is { } thread ? Make(thread, Ticks(delay), site) : new CancellationTokenSource(delay);

    public static CancellationTokenSource New(TimeSpan delay, TimeProvider timeProvider, int site) =>
        ControlledThread.Current is { } thread && ReferenceEquals(timeProvider, TimeProvider.System) ? Make(thread, Ticks(delay), site) : new CancellationTokenSource(delay, timeProvider);

    public static CancellationToken get_Token(CancellationTokenSource self, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.StepLook(TokenSource.Of(thread, self), site);
        }

        return self.Token;
    }

    public static bool get_IsCancellationRequested(CancellationTokenSource self, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            TokenSource.Of(thread, self).Look(thread, site);
        }

        return self.IsCancellationRequested;
    }

    public static void Cancel(CancellationTokenSource self, int site) => Cancel(self, throwOnFirstException: false, site);

    public static void Cancel(CancellationTokenSource self, bool throwOnFirstException, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null)
        {
            TokenSource source = TokenSource.Of(thread, self);
            source.Cancelling(thread, site);
            source.Close();
        }

        try
        {
            self.Cancel(throwOnFirstException);
        }
        catch (AggregateException) when (thread is { Execution.Ending: true })
        {
            // The real source has caught the end of the run, as it catches what callbacks throw.
            throw new RunEndedException();
        }
    }

    /// <summary>What the timer of CancelAfter does: unlike <see cref="Cancel(CancellationTokenSource, int)"/> it does not mind that the source is disposed.</summary>
    internal static void CancelDue(ControlledThread thread, CancellationTokenSource self, int site)
    {
        TokenSource.Of(thread, self).Cancelling(thread, site);
        try
        {
            NotifyCancellation(self, throwOnFirstException: false);
        }
        catch (AggregateException) when (thread.Execution.Ending)
        {
            throw new RunEndedException();
        }
    }

    public static void CancelAfter(CancellationTokenSource self, int millisecondsDelay, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            CancelAfter(thread, self, Time.FromMilliseconds(millisecondsDelay), site);
            return;
        }

        self.CancelAfter(millisecondsDelay);
    }

    public static void CancelAfter(CancellationTokenSource self, TimeSpan delay, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            CancelAfter(thread, self, Ticks(delay), site);
            return;
        }

        self.CancelAfter(delay);
    }

    public static bool TryReset(CancellationTokenSource self, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            TokenSource source = TokenSource.Of(thread, self);
            thread.Step(OperationKind.Reset, source, site);
            source.StopDelay();
        }

        return self.TryReset();
    }

    public static CancellationTokenSource CreateLinkedTokenSource(CancellationToken token, int site) =>
        Link(CancellationTokenSource.CreateLinkedTokenSource(token), token);

    public static CancellationTokenSource CreateLinkedTokenSource(CancellationToken token1, CancellationToken token2, int site) =>
        Link(CancellationTokenSource.CreateLinkedTokenSource(token1, token2), token1, token2);

    public static CancellationTokenSource CreateLinkedTokenSource(CancellationToken[] tokens, int site) =>
        Link(CancellationTokenSource.CreateLinkedTokenSource(tokens), tokens);

    public static CancellationTokenSource CreateLinkedTokenSource(ReadOnlySpan<CancellationToken> tokens, int site) =>
        Link(CancellationTokenSource.CreateLinkedTokenSource(tokens), tokens);

    public static void Dispose(CancellationTokenSource self, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            if (thread.Execution.Ending)
            {
                return;
            }

            Disposal.Step(self, site);
            TokenSource.Of(thread, self).Close();
        }

        self.Dispose();
    }

    private static CancellationTokenSource Make(ControlledThread thread, long delay, int site)
    {
        var source = new CancellationTokenSource();
        TokenSource.Of(thread, source).CancelAfter(thread, source, delay, site);
        return source;
    }

    private static void CancelAfter(ControlledThread thread, CancellationTokenSource source, long delay, int site)
    {
        TokenSource known = TokenSource.Of(thread, source);
        thread.Step(OperationKind.Reset, known, site);

        // Throws when the source has been disposed.
        _ = source.Token;
        if (!source.IsCancellationRequested)
        {
            known.CancelAfter(thread, source, delay, site);
        }
    }

    private static CancellationTokenSource Link(CancellationTokenSource linked, params ReadOnlySpan<CancellationToken> tokens)
    {
        if (ControlledThread.Current is { } thread)
        {
            TokenSource source = TokenSource.Of(thread, linked);
            foreach (CancellationToken token in tokens)
            {
                CancellationToken parent = token;
                if (TokenSource.Of(thread, ref parent) is { } known)
                {
                    source.Parents.Add(known);
                }
            }
        }

        return linked;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void NotifyCancellation(CancellationTokenSource self, bool throwOnFirstException);

    private static long Ticks(TimeSpan delay) => Time.FromMilliseconds((long)delay.TotalMilliseconds);
}
