using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>CancellationToken. Its wait handle is a native one and refused.</summary>
[Hooks(typeof(CancellationToken), Allowed = [".ctor", "get_None", "get_CanBeCanceled", "Equals", "GetHashCode", "op_Equality", "op_Inequality", "ToString"])]
internal static class CancellationTokenHooks
{
    public static bool get_IsCancellationRequested(ref CancellationToken self, int site)
    {
        Look(ref self, site);
        return self.IsCancellationRequested;
    }

    public static void ThrowIfCancellationRequested(ref CancellationToken self, int site)
    {
        Look(ref self, site);
        self.ThrowIfCancellationRequested();
    }

    public static CancellationTokenRegistration Register(ref CancellationToken self, Action callback, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Add(ref self, callback, useSynchronizationContext: false, site) ?? self.Register(callback);
    }

    public static CancellationTokenRegistration Register(ref CancellationToken self, Action callback, bool useSynchronizationContext, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Add(ref self, callback, useSynchronizationContext, site) ?? self.Register(callback, useSynchronizationContext);
    }

    public static CancellationTokenRegistration Register(ref CancellationToken self, Action<object?> callback, object? state, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Add(ref self, () => callback(state), useSynchronizationContext: false, site) ?? self.Register(callback, state);
    }

    public static CancellationTokenRegistration Register(ref CancellationToken self, Action<object?> callback, object? state, bool useSynchronizationContext, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Add(ref self, () => callback(state), useSynchronizationContext, site) ?? self.Register(callback, state, useSynchronizationContext);
    }

    public static CancellationTokenRegistration Register(ref CancellationToken self, Action<object?, CancellationToken> callback, object? state, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        CancellationToken token = self;
        return Add(ref self, () => callback(state, token), useSynchronizationContext: false, site) ?? self.Register(callback, state);
    }

    public static CancellationTokenRegistration UnsafeRegister(ref CancellationToken self, Action<object?> callback, object? state, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Add(ref self, () => callback(state), useSynchronizationContext: null, site) ?? self.UnsafeRegister(callback, state);
    }

    public static CancellationTokenRegistration UnsafeRegister(ref CancellationToken self, Action<object?, CancellationToken> callback, object? state, int site)
    {
        ArgumentNullException.ThrowIfNull(callback);
        CancellationToken token = self;
        return Add(ref self, () => callback(state, token), useSynchronizationContext: null, site) ?? self.UnsafeRegister(callback, state);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_source")]
    internal static extern ref CancellationTokenSource? SourceOf(ref CancellationToken token);

    private static void Look(ref CancellationToken token, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            TokenSource.Of(thread, ref token)?.Look(thread, site);
        }
    }

    /// <param name="token">The token.</param>
    /// <param name="callback">The program's own.</param>
    /// <param name="useSynchronizationContext">Null for a registration with which the execution context does not flow.</param>
    /// <param name="site">Where in the code.</param>
    /// <returns>Null when nothing is controlled, or never can be cancelled: then the real token does all.</returns>
    private static CancellationTokenRegistration? Add(ref CancellationToken token, Action callback, bool? useSynchronizationContext, int site)
    {
        if (ControlledThread.Current is not { } thread || TokenSource.Of(thread, ref token) is not { } source)
        {
            return null;
        }

        thread.Step(OperationKind.Update, source, site);
        source.LearnBy(thread);
        var run = new CallbackRun { Id = ++thread.Execution.NextResourceId };
        var known = new VectorClock();
        known.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        void Run() => run.Run(known, callback);
        CancellationTokenRegistration registration = useSynchronizationContext is { } use
            ? token.Register(Run, use)
            : token.UnsafeRegister(static run => ((Action)run!)(), (Action)Run);
        source.Remember(registration, run);
        return registration;
    }
}
