using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Lazy: see <see cref="LazyModel{T}"/>. A class derived from it makes its value with no other thread in between.</summary>
[Hooks(typeof(Lazy<>), Allowed = ["ToString"])]
internal static class LazyHooks
{
    private static readonly ConditionalWeakTable<object, object> s_models = [];

    public static Lazy<T> New<T>(int site) =>
        ControlledThread.Current is null ? new Lazy<T>() : Make<T>(null, LazyThreadSafetyMode.ExecutionAndPublication);

    public static Lazy<T> New<T>(T value, int site) => new(value);

    public static Lazy<T> New<T>(Func<T> valueFactory, int site)
    {
        ArgumentNullException.ThrowIfNull(valueFactory);
        return ControlledThread.Current is null ? new Lazy<T>(valueFactory) : Make(valueFactory, LazyThreadSafetyMode.ExecutionAndPublication);
    }

    public static Lazy<T> New<T>(bool isThreadSafe, int site) =>
        ControlledThread.Current is null ? new Lazy<T>(isThreadSafe) : Make<T>(null, ModeOf(isThreadSafe));

    public static Lazy<T> New<T>(LazyThreadSafetyMode mode, int site) =>
        ControlledThread.Current is null ? new Lazy<T>(mode) : Make<T>(null, mode);

    public static Lazy<T> New<T>(Func<T> valueFactory, bool isThreadSafe, int site)
    {
        ArgumentNullException.ThrowIfNull(valueFactory);
        return ControlledThread.Current is null ? new Lazy<T>(valueFactory, isThreadSafe) : Make(valueFactory, ModeOf(isThreadSafe));
    }

    public static Lazy<T> New<T>(Func<T> valueFactory, LazyThreadSafetyMode mode, int site)
    {
        ArgumentNullException.ThrowIfNull(valueFactory);
        return ControlledThread.Current is null ? new Lazy<T>(valueFactory, mode) : Make(valueFactory, mode);
    }

    public static T get_Value<T>(Lazy<T> self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.Value;
        }

        if (s_models.TryGetValue(self, out object? model))
        {
            return ((LazyModel<T>)model).Get(thread, self, site);
        }

        LazyResource resource = LazyResource.Of(thread, self);
        thread.Step(OperationKind.Update, resource, site);
        resource.AcquireBy(thread);
        thread.NoSwitch++;
        try
        {
            return self.Value;
        }
        finally
        {
            thread.NoSwitch--;
            resource.ReleaseBy(thread);
        }
    }

    public static bool get_IsValueCreated<T>(Lazy<T> self, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            LazyResource.Of(thread, self).Look(thread, site);
        }

        return self.IsValueCreated;
    }

    private static LazyThreadSafetyMode ModeOf(bool isThreadSafe) => isThreadSafe ? LazyThreadSafetyMode.ExecutionAndPublication : LazyThreadSafetyMode.None;

    private static Lazy<T> Make<T>(Func<T>? factory, LazyThreadSafetyMode mode)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode argument specifies an invalid value.");
        }

        var model = new LazyModel<T>(factory, mode);
        var made = new Lazy<T>(model.HandOver, LazyThreadSafetyMode.PublicationOnly);
        s_models.Add(made, model);
        return made;
    }
}
