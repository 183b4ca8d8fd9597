namespace Braid.AsyncIO;

/// <summary>What can cancel the code that runs: the task group, the time limit or the task of a loop that it is in.</summary>
/// <remarks>
/// In Python a cancellation strikes at whatever a task awaits, so it goes through all the scopes on its way. Here it goes by tokens; for it to
/// reach an inner scope that was not given the outer one's token, each scope is cancelled by the one around it too. The scope around is
/// found in the execution context, which flows into whatever the code calls and starts. Two kinds of scopes are passed over by one that
/// begins: those that have ended, for what outlives a scope is not of it any more; and those that are cancelled already, for what still
/// begins a scope there is the clean-up, which in Python, too, is not cancelled a second time.
/// </remarks>
internal sealed class CancelScope
{
    private static readonly AsyncLocal<CancelScope?> s_innermost = new();

    private readonly CancellationToken _token;
    private readonly CancelScope? _parent;
    private volatile bool _hasEnded;

    private CancelScope(CancelScope? parent, CancellationToken token)
    {
        _token = token;
        _parent = parent;
    }

    /// <summary>What is to cancel a scope that begins here; a token that is never cancelled where there is no scope.</summary>
    public static CancellationToken CurrentToken => Current?._token ?? CancellationToken.None;

    private static CancelScope? Current
    {
        get
        {
            CancelScope? scope = s_innermost.Value;
            while (scope is { _hasEnded: true } or { _token.IsCancellationRequested: true })
            {
                scope = scope._parent;
            }

            return scope;
        }
    }

    /// <summary>Begins a scope inside the current one. The calling async method is in it until it returns or <see cref="End"/> is called.</summary>
    public static CancelScope Enter(CancellationToken token) => s_innermost.Value = new CancelScope(Current, token);

    /// <summary>Begins a scope that is inside no other, for the calling async method: a task, which its maker's scope is not to cancel.</summary>
    public static void EnterOutermost(CancellationToken token) => s_innermost.Value = new CancelScope(parent: null, token);

    /// <summary>Puts the calling async method into this scope, whatever its maker is in.</summary>
    public void EnterHere() => s_innermost.Value = this;

    public void End() => _hasEnded = true;

    /// <summary>Has the token cancel the source, until that is unregistered.</summary>
    public static CancellationTokenRegistration CancelWith(CancellationTokenSource source, CancellationToken token) =>
        token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
}
