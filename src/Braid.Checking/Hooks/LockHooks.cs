using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>System.Threading.Lock, and with it the lock statement over one.</summary>
[Hooks(typeof(Lock), Allowed = [".ctor"])]
internal static class LockHooks
{
    public static void Enter(Lock self, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            Of(thread, self).AcquireAndEnterBy(thread, site);
            return;
        }

        self.Enter();
    }

    public static Lock.Scope EnterScope(Lock self, int site)
    {
        if (ControlledThread.Current is null)
        {
            return self.EnterScope();
        }

        Enter(self, site);
        Lock.Scope scope = default;
        LockOf(ref scope) = self;
        return scope;
    }

    public static bool TryEnter(Lock self, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).TryEnterBy(thread, 0, site) : self.TryEnter();

    public static bool TryEnter(Lock self, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).TryEnterBy(thread, Time.FromMilliseconds(millisecondsTimeout), site) : self.TryEnter(millisecondsTimeout);

    public static bool TryEnter(Lock self, TimeSpan timeout, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).TryEnterBy(thread, Time.From(timeout), site) : self.TryEnter(timeout);

    public static void Exit(Lock self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            self.Exit();
            return;
        }

        if (!thread.Execution.Ending)
        {
            Of(thread, self).ExitBy(thread, site);
        }
    }

    public static bool get_IsHeldByCurrentThread(Lock self, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, self).Owner == thread : self.IsHeldByCurrentThread;

    /// <summary>The lock that a scope gives back; null once it has.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lockObj")]
    internal static extern ref Lock? LockOf(ref Lock.Scope scope);

    private static LockResource Of(ControlledThread thread, Lock self) =>
        thread.Execution.Resources.Get(self ?? throw new NullReferenceException(), thread.Execution, static _ => new LockResource("lock"));
}
