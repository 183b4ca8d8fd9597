using System.Globalization;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Thread. The program's Thread objects are only keys: no operating-system thread belongs to them.</summary>
[Hooks(typeof(Thread), Allowed =
[
    "GetDomain", "GetDomainID", "get_CurrentPrincipal", "set_CurrentPrincipal", "BeginCriticalRegion", "EndCriticalRegion",
    "BeginThreadAffinity", "EndThreadAffinity", "GetHashCode",
])]
internal static class ThreadHooks
{
    // Maps each Thread object made under control to its controlled thread. The entries go with their objects.
    private static readonly ConditionalWeakTable<Thread, ControlledThread> s_controlled = [];

    public static Thread New(ThreadStart start, [Default] int maxStackSize, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(start);
        return New(_ => start(), maxStackSize, thread, site);
    }

    public static Thread New(ParameterizedThreadStart start, [Default] int maxStackSize, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfNegative(maxStackSize);
        ControlledThread made = null!;
        made = thread.Execution.Create(thread, () => Execution.RunIn(made.Context, () => start(made.Argument)), stackBytes: maxStackSize);
        return ObjectOf(made);
    }

    public static void Start(Thread self, int site)
    {
        if (Of(self) is { } thread)
        {
            Begin(thread, null, ExecutionContext.Capture(), site);
            return;
        }

        self.Start();
    }

    public static void Start(Thread self, object? parameter, int site)
    {
        if (Of(self) is { } thread)
        {
            Begin(thread, parameter, ExecutionContext.Capture(), site);
            return;
        }

        self.Start(parameter);
    }

    public static void UnsafeStart(Thread self, int site)
    {
        if (Of(self) is { } thread)
        {
            Begin(thread, null, null, site);
            return;
        }

        self.UnsafeStart();
    }

    public static void UnsafeStart(Thread self, object? parameter, int site)
    {
        if (Of(self) is { } thread)
        {
            Begin(thread, parameter, null, site);
            return;
        }

        self.UnsafeStart(parameter);
    }

    public static bool Join(Thread self, [Default(Timeout.Infinite)] Limit timeout, int site) =>
        Of(self) is { } thread ? Join(thread, timeout.Ticks, site) : self.Join(timeout.Milliseconds);

    public static void Sleep(Limit timeout, ControlledThread thread, int site)
    {
        long ticks = timeout.Ticks;
        if (thread.InterruptPending)
        {
            thread.InterruptPending = false;
            throw new ThreadInterruptedException();
        }

        if (ticks == 0)
        {
            thread.Yield(site);
            return;
        }

        thread.AwaitOrThrow(OperationKind.Sleep, Never.Instance, site, ticks);
    }

    public static bool Yield(ControlledThread thread, int site)
    {
        thread.Yield(site);
        return true;
    }

    public static void SpinWait(int iterations, ControlledThread thread, int site) => thread.Yield(site);

    public static void Interrupt(Thread self, int site)
    {
        if (Of(self) is { } target && ControlledThread.Current is { } thread)
        {
            thread.Step(OperationKind.Interrupt, target.End, site);
            target.Interrupt();
            return;
        }

        self.Interrupt();
    }

    public static void MemoryBarrier(ControlledThread thread, int site) => InterlockedHooks.MemoryBarrier(thread, site);

    public static T VolatileRead<T>(ref readonly T address, int site) => VolatileHooks.Read(in address, site);

    public static void VolatileWrite<T>(ref T address, T value, int site) => VolatileHooks.Write(ref address, value, site);

    public static Thread get_CurrentThread(ControlledThread thread, int site) => ObjectOf(thread);

    public static int get_ManagedThreadId(Thread self, int site) => Of(self) is { } thread ? thread.Index + 1 : self.ManagedThreadId;

    public static string? get_Name(Thread self, int site) => Of(self) is { } thread ? thread.GivenName : self.Name;

    public static void set_Name(Thread self, string? value, int site)
    {
        if (Of(self) is { } thread)
        {
            thread.GivenName = value;
            thread.Name = string.IsNullOrEmpty(value) ? thread.Name : value;
            return;
        }

        self.Name = value;
    }

    public static bool get_IsAlive(Thread self, int site)
    {
        if (Of(self) is not { } thread)
        {
            return self.IsAlive;
        }

        StepBeforeStage(ControlledThread.Current, thread, site);
        return thread.Stage == ThreadStage.Alive;
    }

    public static bool get_IsBackground(Thread self, int site) => Of(self) is { } thread ? thread.IsBackground : self.IsBackground;

    public static void set_IsBackground(Thread self, bool value, int site)
    {
        if (Of(self) is { } thread)
        {
            thread.Execution.SetBackground(thread, value);
            return;
        }

        self.IsBackground = value;
    }

    public static bool get_IsThreadPoolThread(Thread self, int site) =>
        Of(self) is { } thread ? thread.IsPoolThread : self.IsThreadPoolThread;

    public static ThreadPriority get_Priority(Thread self, int site) => Of(self) is null ? self.Priority : ThreadPriority.Normal;

    public static void set_Priority(Thread self, ThreadPriority value, int site)
    {
        if (Of(self) is null)
        {
            self.Priority = value;
        }
    }

    public static ThreadState get_ThreadState(Thread self, int site)
    {
        if (Of(self) is not { } thread)
        {
            return self.ThreadState;
        }

        StepBeforeStage(ControlledThread.Current, thread, site);
        ThreadState background = thread.IsBackground ? ThreadState.Background : ThreadState.Running;
        return background | thread.Stage switch
        {
            ThreadStage.Unstarted => ThreadState.Unstarted,
            ThreadStage.Ended => ThreadState.Stopped,
            _ => thread.IsEnabled ? ThreadState.Running : ThreadState.WaitSleepJoin,
        };
    }

    public static CultureInfo get_CurrentCulture(Thread self, int site) =>
        Of(self) is null ? self.CurrentCulture : CultureInfo.CurrentCulture;

    public static CultureInfo get_CurrentUICulture(Thread self, int site) =>
        Of(self) is null ? self.CurrentUICulture : CultureInfo.CurrentUICulture;

    public static ApartmentState GetApartmentState(Thread self, int site) =>
        Of(self) is null ? self.GetApartmentState() : ApartmentState.Unknown;

    public static bool TrySetApartmentState(Thread self, ApartmentState state, int site) =>
        Of(self) is null ? self.TrySetApartmentState(state) : state == ApartmentState.Unknown;

    public static void DisableComObjectEagerCleanup(Thread self, int site) => Of(self);

    public static int GetCurrentProcessorId(int site) => 0;

    /// <summary>
    /// The Thread object of a controlled thread, which the program may not have made itself: the body's, a pool thread's.
    /// </summary>
    internal static Thread ObjectOf(ControlledThread thread) => thread.Object ??= MakeObject(thread);

    /// <summary>The controlled thread of an object; null for a real thread, which is not controlled.</summary>
    internal static ControlledThread? Of(Thread self) =>
        s_controlled.TryGetValue(self ?? throw new NullReferenceException(), out ControlledThread? thread) ? thread : null;

    /// <summary>An object without a native thread: making one costs more than a whole run, and it would never be started.</summary>
    private static Thread MakeObject(ControlledThread thread)
    {
        var made = (Thread)RuntimeHelpers.GetUninitializedObject(typeof(Thread));
        GC.SuppressFinalize(made);
        s_controlled.Add(made, thread);
        return made;
    }

    private static void Begin(ControlledThread thread, object? parameter, ExecutionContext? context, int site)
    {
        if (thread.Stage != ThreadStage.Unstarted)
        {
            throw new ThreadStateException("Thread is running or terminated; it cannot restart.");
        }

        (thread.Argument, thread.Context) = (parameter, context);
        ControlledThread parent = ControlledThread.Current
            ?? throw new InvalidOperationException("A thread made under the checker's control was started outside of it.");
        if (thread.Execution.Points.Contains(Points.OfStart))
        {
            parent.Step(OperationKind.Spawn, thread.End, site);
        }

        thread.Execution.Start(parent, thread, site);
    }

    private static void StepBeforeStage(ControlledThread? reader, ControlledThread thread, int site)
    {
        reader?.Execution.Find(Points.OfStart);
        reader?.Step(OperationKind.Read, thread.End, site);
    }

    private static bool Join(ControlledThread thread, long timeout, int site)
    {
        if (ControlledThread.Current is not { } joiner)
        {
            throw new InvalidOperationException("A thread under the checker's control was joined from outside of it.");
        }

        if (thread.Stage == ThreadStage.Unstarted)
        {
            StepBeforeStage(joiner, thread, site);
            if (thread.Stage == ThreadStage.Unstarted)
            {
                throw new ThreadStateException("Thread has not been started.");
            }
        }

        bool ended = thread.End.IsReached;
        if (ended)
        {
            joiner.RecordOnly(OperationKind.Join, thread.End, site);
        }
        else
        {
            ended = timeout == 0
                ? joiner.TryTake(thread.End, OperationKind.Join, OperationKind.Join, 0, site)
                : joiner.AwaitOrThrow(OperationKind.Join, thread.End, site, timeout);
        }

        if (ended)
        {
            thread.End.AcquireBy(joiner);
        }

        return ended;
    }
}
