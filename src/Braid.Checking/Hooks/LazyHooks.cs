using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Lazy: see <see cref="LazyModel{T}"/>. A class derived from it makes its value without a switch to another thread.</summary>
[Hooks(typeof(Lazy<>), Allowed = ["ToString"])]
internal static class LazyHooks
{
    private const int Safest = (int)LazyThreadSafetyMode.ExecutionAndPublication;

    private static readonly ConditionalWeakTable<object, object> s_models = [];

    public static Lazy<T> New<T>(T value, ControlledThread thread, int site) => new(value);

    public static Lazy<T> New<T>([Default(Safest)] LazyThreadSafetyMode mode, ControlledThread thread, int site) => Make<T>(null, mode);

    public static Lazy<T> New<T>(bool isThreadSafe, ControlledThread thread, int site) => Make<T>(null, ModeOf(isThreadSafe));

    public static Lazy<T> New<T>(Func<T> valueFactory, [Default(Safest)] LazyThreadSafetyMode mode, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(valueFactory);
        return Make(valueFactory, mode);
    }

    public static Lazy<T> New<T>(Func<T> valueFactory, bool isThreadSafe, ControlledThread thread, int site) =>
        New(valueFactory, ModeOf(isThreadSafe), thread, site);

    public static T get_Value<T>(Lazy<T> self, ControlledThread thread, int site)
    {
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

    public static bool get_IsValueCreated<T>(Lazy<T> self, ControlledThread thread, int site)
    {
        LazyResource.Of(thread, self).Check(thread, site);
        return self.IsValueCreated;
    }

    private static LazyThreadSafetyMode ModeOf(bool isThreadSafe) =>
        isThreadSafe ? LazyThreadSafetyMode.ExecutionAndPublication : LazyThreadSafetyMode.None;

    private static Lazy<T> Make<T>(Func<T>? factory, LazyThreadSafetyMode mode)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode argument specifies an invalid value.");
        }

        var model = new LazyModel<T>(factory, mode);
        var made = new Lazy<T>(model.GetPublished, LazyThreadSafetyMode.PublicationOnly);
        s_models.Add(made, model);
        return made;
    }
}
