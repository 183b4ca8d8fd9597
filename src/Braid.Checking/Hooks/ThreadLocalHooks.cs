using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>ThreadLocal: one value per controlled thread.</summary>
[Hooks(typeof(ThreadLocal<>), Allowed = ["ToString"])]
internal static class ThreadLocalHooks
{
    public static ThreadLocal<T> New<T>([Default] bool trackAllValues, ControlledThread thread, int site) =>
        Make(thread, new ThreadLocal<T>(trackAllValues), null, trackAllValues);

    public static ThreadLocal<T> New<T>(Func<T> valueFactory, [Default] bool trackAllValues, ControlledThread thread, int site) =>
        Make(thread, new ThreadLocal<T>(valueFactory, trackAllValues), valueFactory, trackAllValues);

    public static T get_Value<T>(ThreadLocal<T> self, ControlledThread thread, int site) =>
        Of(thread, self) is { } values ? values.Get(thread) : self.Value!;

    public static void set_Value<T>(ThreadLocal<T> self, T value, ControlledThread thread, int site)
    {
        if (Of(thread, self) is { } values)
        {
            values.Set(thread, value);
            return;
        }

        self.Value = value;
    }

    public static bool get_IsValueCreated<T>(ThreadLocal<T> self, ControlledThread thread, int site) =>
        Of(thread, self) is { } values ? values.IsCreated(thread) : self.IsValueCreated;

    /// <summary>A scheduling point, because other threads may set their values meanwhile.</summary>
    public static IList<T> get_Values<T>(ThreadLocal<T> self, ControlledThread thread, int site)
    {
        if (Of(thread, self) is not { } values)
        {
            return self.Values;
        }

        thread.Step(OperationKind.Read, values, site);
        return values.Values();
    }

    public static void Dispose<T>(ThreadLocal<T> self, ControlledThread thread, int site)
    {
        Of(thread, self)?.Dispose();
        self.Dispose();
    }

    private static ThreadLocal<T> Make<T>(ControlledThread thread, ThreadLocal<T> made, Func<T>? factory, bool tracksAll)
    {
        thread.Execution.Resources.Get(made, thread.Execution, _ => new ThreadLocalResource<T>(factory, tracksAll));
        return made;
    }

    private static ThreadLocalResource<T>? Of<T>(ControlledThread thread, ThreadLocal<T> self) =>
        thread.Execution.Resources.Find<ThreadLocalResource<T>>(self);
}
