using System.Runtime.ExceptionServices;

namespace Braid.AsyncIO;

/// <summary>What can cancel the code that runs: the task group, the time limit or the task of a loop that it is in.</summary>
/// <remarks>
/// <para>
/// In Python a cancellation strikes at whatever a task awaits, so it goes through all the scopes on its way. Here it goes by tokens; for it to
/// reach an inner scope that was not given the outer one's token, each scope is cancelled by the one around it too. The scope around is
/// found in the execution context, which flows into whatever the code calls and starts.
/// </para>
/// <para>
/// <b>Told once.</b> As in Python, a cancellation strikes a task once: at its next await, and when nothing that it awaits takes the token, at
/// the scope that begins next. After that the task cleans up, and its clean-up may use scopes that are not cancelled. So a scope that
/// begins passes over those around it that have ended, and those that are cancelled <em>and have told the task</em>. A task was told when an
/// <see cref="OperationCanceledException"/> with the token of a scope was thrown in it, wherever the token had been handed to; only the
/// runtime sees that, and reports it by <see cref="AppDomain.FirstChanceException"/>. A group that ends with failures hides the
/// cancellation that came from around it; that one will strike again.
/// </para>
/// <para>
/// A <em>flow</em> stands for Python's task here: the code that begins with the outermost scope, with a task of a group or of a loop. What one flow
/// was told, the others were not.
/// </para>
/// </remarks>
internal sealed class CancelScope
{
    private static readonly AsyncLocal<CancelScope?> s_innermost = new();

    private readonly CancellationToken _token;             // never cancelled: only the beginning of a flow, and no scope itself
    private readonly CancelScope? _parent;
    private readonly CancelScope _flow;                     // the scope with which the flow began
    private readonly CancellationTokenRegistration _byParent;
    private volatile bool _hasEnded;
    private CancelScope[] _told = [];                       // of a flow: the cancelled scopes that have told it; by compare-exchange

    // Orders: _told is an array that no one changes, replaced as a whole by compare-exchange, since branches of one flow may run at once: neither
    // loses what the other has added. A branch that reads the one before asks its token once more than needed.

    static CancelScope() => AppDomain.CurrentDomain.FirstChanceException += static (_, args) => OnThrown(args);

    private CancelScope(CancelScope? parent, CancelScope? flow, CancellationToken token)
    {
        _parent = parent;
        _flow = flow ?? this;
        _token = token;
    }

    private CancelScope(CancelScope? parent, CancelScope? flow, CancellationTokenSource source)
        : this(parent, flow, source.Token) => _byParent = CancelWith(source, parent?._token ?? CancellationToken.None);

    /// <summary>Whether the scope around this one is cancelled, which has cancelled this one too.</summary>
    public bool IsCancelledFromAround => AroundToken.IsCancellationRequested;

    /// <summary>The token of the scope around this one; one that is never cancelled where there is none.</summary>
    public CancellationToken AroundToken => _parent?._token ?? CancellationToken.None;

    /// <summary>Begins a scope inside the current one, which cancels the source from now on. The calling async method is in it until it returns or <see cref="End"/> is called.</summary>
    public static CancelScope Enter(CancellationTokenSource source)
    {
        CancelScope? innermost = s_innermost.Value;
        return s_innermost.Value = new CancelScope(Around(innermost), innermost?._flow, source);
    }

    /// <summary>Begins a scope that is inside no other, and a flow, for the calling async method: a task, which its maker's scope is not to cancel.</summary>
    public static void EnterOutermost(CancellationToken token) => s_innermost.Value = new CancelScope(parent: null, flow: null, token);

    /// <summary>Puts the calling async method into this scope, whatever its maker is in, and begins a flow.</summary>
    public void EnterHere() => s_innermost.Value = new CancelScope(parent: this, flow: null, CancellationToken.None) { _hasEnded = true };

    /// <summary>Nothing begins inside it any more, and the scope around it does not cancel it.</summary>
    public void End()
    {
        _hasEnded = true;
        _byParent.Unregister();      // which does not wait: a callback of the token may wait for the event loop
    }

    /// <summary>Failures come out of this scope and hide that those around it are cancelled: their cancellations are to strike the flow again.</summary>
    public void HideWhatIsAround()
    {
        CancelScope[] told = Volatile.Read(ref _flow._told);
        while (Interlocked.CompareExchange(ref _flow._told, Array.FindAll(told, scope => !IsInside(scope)), told) is var seen && seen != told)
        {
            told = seen;
        }
    }

    /// <summary>A cancellation comes out of this scope: if those around it are cancelled, it tells the flow of them too, whatever its token.</summary>
    public void TellOfWhatIsAround() => _parent?.Tell(_flow);

    /// <summary>Has the token cancel the source, until that is unregistered.</summary>
    public static CancellationTokenRegistration CancelWith(CancellationTokenSource source, CancellationToken token) =>
        token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);

    /// <summary>What is to cancel a scope that begins inside this one.</summary>
    private static CancelScope? Around(CancelScope? innermost)
    {
        CancelScope? scope = innermost;
        while (scope is not null && (scope._hasEnded || innermost!._flow.WasToldBy(scope)))
        {
            scope = scope._parent;
        }

        return scope;
    }

    private static void OnThrown(FirstChanceExceptionEventArgs args)
    {
        if (args.Exception is not OperationCanceledException { CancellationToken: { IsCancellationRequested: true } token } || s_innermost.Value is not { } innermost)
        {
            return;
        }

        for (CancelScope? scope = innermost; scope is not null; scope = scope._parent)
        {
            if (scope._token == token)
            {
                innermost.Tell(innermost._flow);
                return;
            }
        }
    }

    /// <summary>One exception tells of all the cancellations that have struck by now, as in Python.</summary>
    private void Tell(CancelScope flow)
    {
        for (CancelScope? scope = this; scope is not null; scope = scope._parent)
        {
            CancelScope[] told = Volatile.Read(ref flow._told);
            while (scope._token.IsCancellationRequested && !told.Contains(scope))
            {
                CancelScope[] seen = Interlocked.CompareExchange(ref flow._told, [.. told, scope], told);
                if (seen == told)
                {
                    break;
                }

                told = seen;
            }
        }
    }

    private bool IsInside(CancelScope other)
    {
        CancelScope? around = _parent;
        while (around is not null && around != other)
        {
            around = around._parent;
        }

        return around is not null;
    }

    private bool WasToldBy(CancelScope scope) => scope._token.IsCancellationRequested && Volatile.Read(ref _told).Contains(scope);
}
