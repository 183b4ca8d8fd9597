using Braid.Multiprocessing;
using Braid.Threading;

namespace Braid.Python;

/// <summary>What the kinds of served objects have in common.</summary>
internal static class Served
{
    /// <summary>An argument as the type that the program wants; a proxy of an object of this server as that object.</summary>
    /// <exception cref="PythonException">A TypeError: it is none.</exception>
    public static T Convert<T>(object? value, PickleOptions options, string name) => (T)Convert(typeof(T), value, options, name)!;

    /// <inheritdoc cref="Convert{T}"/>
    public static object? Convert(Type type, object? value, PickleOptions options, string name)
    {
        object? own = value is Referent referent && !type.IsInstanceOfType(value) ? referent.Target : value;
        try
        {
            return Conversion.To(type, own, options);
        }
        catch (PickleException e)
        {
            throw Exceptions.Make("TypeError", $"{name}: {e.Message}");
        }
    }

    /// <summary>How long an <c>acquire</c> waits.</summary>
    /// <exception cref="PythonException">A ValueError: the arguments contradict each other.</exception>
    public static TimeSpan AcquireTime(object? blocking, object? timeout)
    {
        bool isForever = timeout is null or -1L or -1.0;
        if (!Arguments.IsTrue(blocking))
        {
            return isForever ? TimeSpan.Zero : throw Exceptions.Make("ValueError", "can't specify a timeout for a non-blocking call");
        }

        return isForever ? Timeout.InfiniteTimeSpan
            : timeout is < 0L or < 0.0 ? throw Exceptions.Make("ValueError", "timeout value must be a non-negative number")
            : Arguments.Time(timeout);
    }

    /// <summary>Acquires a lock for a client.</summary>
    /// <param name="mutex">The lock.</param>
    /// <param name="caller">The client.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="onAbandoned">Called if a process of this program died with it: the lock is acquired all the same.</param>
    /// <returns>False if the time was up.</returns>
    public static bool TryAcquire(ILock mutex, Caller caller, TimeSpan timeout, Action onAbandoned)
    {
        try
        {
            return mutex.TryAcquire()
                || (timeout != TimeSpan.Zero && caller.WhilePresent(token => mutex.TryAcquire(timeout, token)));
        }
        catch (AbandonedLockException)
        {
            onAbandoned();
            return true;
        }
    }
}
