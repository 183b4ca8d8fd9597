using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>ThreadLocal: a value for each controlled thread.</summary>
[Hooks(typeof(ThreadLocal<>), Allowed = ["ToString"])]
internal static class ThreadLocalHooks
{
    public static ThreadLocal<T> New<T>(int site) => Make(new ThreadLocal<T>(), null, tracksAll: false);

    public static ThreadLocal<T> New<T>(bool trackAllValues, int site) => Make(new ThreadLocal<T>(trackAllValues), null, trackAllValues);

    public static ThreadLocal<T> New<T>(Func<T> valueFactory, int site) => Make(new ThreadLocal<T>(valueFactory), valueFactory, tracksAll: false);

    public static ThreadLocal<T> New<T>(Func<T> valueFactory, bool trackAllValues, int site) => Make(new ThreadLocal<T>(valueFactory, trackAllValues), valueFactory, trackAllValues);

    public static T get_Value<T>(ThreadLocal<T> self, int site) => Of(self, out ControlledThread thread) is { } values ? values.Get(thread) : self.Value!;

    public static void set_Value<T>(ThreadLocal<T> self, T value, int site)
    {
        if (Of(self, out ControlledThread thread) is { } values)
        {
            values.Set(thread, value);
            return;
        }

        self.Value = value;
    }

    public static bool get_IsValueCreated<T>(ThreadLocal<T> self, int site) => Of(self, out ControlledThread thread) is { } values ? values.IsCreated(thread) : self.IsValueCreated;

    /// <summary>The other threads' values may be set meanwhile: a scheduling point.</summary>
    public static IList<T> get_Values<T>(ThreadLocal<T> self, int site)
    {
        if (Of(self, out ControlledThread thread) is not { } values)
        {
            return self.Values;
        }

        thread.Step(OperationKind.Read, values, site);
        return values.Values();
    }

    public static void Dispose<T>(ThreadLocal<T> self, int site)
    {
        Of(self, out _)?.Dispose();
        self.Dispose();
    }

    private static ThreadLocal<T> Make<T>(ThreadLocal<T> made, Func<T>? factory, bool tracksAll)
    {
        ControlledThread.Current?.Execution.Resources.Get(made, ControlledThread.Current.Execution, _ => new ThreadLocalResource<T>(factory, tracksAll));
        return made;
    }

    private static ThreadLocalResource<T>? Of<T>(ThreadLocal<T> self, out ControlledThread thread)
    {
        thread = ControlledThread.Current!;
        return thread?.Execution.Resources.Find<ThreadLocalResource<T>>(self);
    }
}
