using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>LazyInitializer, in the same steps as .NET's: a volatile read, and then a compare-exchange or a lock.</summary>
[Hooks(typeof(LazyInitializer))]
internal static class LazyInitializerHooks
{
    public static T EnsureInitialized<T>(ref T? target, ControlledThread thread, int site)
        where T : class
    {
        T? value = VolatileHooks.Read(ref target, site);
        return value ?? Publish(ref target, Activator.CreateInstance<T>(), thread, site);
    }

    public static T EnsureInitialized<T>(ref T? target, Func<T> valueFactory, ControlledThread thread, int site)
        where T : class
    {
        T? value = VolatileHooks.Read(ref target, site);
        return value ?? Publish(ref target, Make(valueFactory), thread, site);
    }

    public static T EnsureInitialized<T>(ref T? target, ref bool initialized, ref object? syncLock, ControlledThread thread, int site) =>
        EnsureInitialized(ref target, ref initialized, ref syncLock, Activator.CreateInstance<T>, thread, site);

    public static T EnsureInitialized<T>(
        ref T? target, ref bool initialized, ref object? syncLock, Func<T> valueFactory, ControlledThread thread, int site)
    {
        object gate = EnsureInitialized(ref syncLock, static () => new object(), thread, site);
        if (VolatileHooks.Read(ref initialized, site))
        {
            return MemoryAccess.Read(ref target, site)!;
        }

        MonitorHooks.Enter(gate, thread, site);
        try
        {
            if (!VolatileHooks.Read(ref initialized, site))
            {
                MemoryAccess.Write(ref target, valueFactory(), site);
                VolatileHooks.Write(ref initialized, true, site);
            }

            return MemoryAccess.Read(ref target, site)!;
        }
        finally
        {
            MonitorHooks.Exit(gate, thread, site);
        }
    }

    public static T EnsureInitialized<T>(ref T? target, ref object? syncLock, Func<T> valueFactory, ControlledThread thread, int site)
        where T : class
    {
        T? value = VolatileHooks.Read(ref target, site);
        if (value is not null)
        {
            return value;
        }

        object gate = EnsureInitialized(ref syncLock, static () => new object(), thread, site);
        MonitorHooks.Enter(gate, thread, site);
        try
        {
            value = VolatileHooks.Read(ref target, site);
            if (value is null)
            {
                value = Make(valueFactory);
                VolatileHooks.Write(ref target, value, site);
            }

            return value;
        }
        finally
        {
            MonitorHooks.Exit(gate, thread, site);
        }
    }

    private static T Make<T>(Func<T> valueFactory)
        where T : class => valueFactory() ?? throw new InvalidOperationException("ValueFactory returned null.");

    private static T Publish<T>(ref T? target, T value, ControlledThread thread, int site)
        where T : class
    {
        return InterlockedHooks.CompareExchange(ref target, value, null, thread, site) ?? value;
    }
}
