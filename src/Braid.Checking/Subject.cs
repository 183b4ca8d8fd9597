using System.Collections.Concurrent;
using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Linearizability;
using Braid.Checking.Memory;
using Braid.Checking.Reports;
using Braid.Checking.Rewriting;

namespace Braid.Checking;

/// <summary>The subject of a check: a body in a rewritten copy of its assembly.</summary>
/// <remarks>
/// A copy is kept for the next check of the same assembly, unless a thread was abandoned in it. Two concurrent checks use two copies, and
/// so two sets of statics.
/// </remarks>
internal sealed class Subject
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<SubjectContext>> s_idle = new();

    private readonly string _path;
    private readonly int _notExamined;        // how many there were when the check began

    private Subject(string path, SubjectContext context, Func<SubjectContext, Action> bind)
    {
        (_path, Context) = (path, context);
        _notExamined = context.NotExamined.Count;
        Body = bind(context);
        Fingerprint = StableHash.Of($"{context.Subject.ManifestModule.ModuleVersionId}");
    }

    public SubjectContext Context { get; }

    public Action Body { get; }

    /// <summary>The runner of scenarios, if the body runs them; null otherwise.</summary>
    public ScenarioRunner? Scenarios { get; private set; }

    /// <summary>Whether copies of the body share no object that the body could change.</summary>
    public bool SharesNothing { get; private init; } = true;

    /// <summary>Whether a thread was abandoned in the copy, so that no other check may use it.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Differs between builds of the program.</summary>
    public uint Fingerprint { get; }

    public static Subject Of(Action body) => Of(body, static next => () => next()());

    public static Subject Of(Func<Task> body) => Of(body, static next => Awaited(() => next()()));

    /// <summary>The subject of a check for linearizability.</summary>
    /// <param name="operations">Adds the operations to an <see cref="Operations{T, TModel}"/>.</param>
    /// <param name="create">Creates the concurrent object.</param>
    /// <param name="model">Creates its model.</param>
    public static Subject Of(Delegate operations, Delegate create, Delegate model)
    {
        foreach (Delegate part in new[] { operations, create, model })
        {
            RequireOne(part);
            if (part.Method.Module.Assembly != operations.Method.Module.Assembly)
            {
                throw new ArgumentException(
                    $"{part.Method.DeclaringType}.{part.Method.Name} is in another assembly than the operations. Pass a lambda that " +
                    "calls it.");
            }
        }

        ScenarioRunner? scenarios = null;
        Action Bind(SubjectContext context)
        {
            scenarios = ScenarioRunner.Of(Find(operations.Method, context), Binding(operations), Binding(create), Binding(model));
            return scenarios.Run;
            Func<Type, Func<Delegate>> Binding(Delegate part) => type => Capture.Bind(part, Find(part.Method, context), type);
        }

        Subject subject = Load(operations.Method.Module.Assembly, Bind);
        subject.Scenarios = scenarios;
        return subject;
    }

    private static void RequireOne(Delegate body)
    {
        if (body.GetInvocationList().Length != 1)
        {
            throw new ArgumentException(
                $"The body is a chain of {Text.Count(body.GetInvocationList().Length, "delegate")}. Pass one that calls them.",
                nameof(body));
        }
    }

    /// <summary>The fault with the scenario that showed it, if there is one.</summary>
    public Failure WithScenario(Failure failure) =>
        Scenarios is null || failure.Scenario.Length > 0 ? failure : failure with { Scenario = Scenarios.Table };

    /// <summary>The replay string of a schedule, with the scenario that ran.</summary>
    public string WithScenario(string schedule) => Scenarios is null ? schedule : $"{schedule}.{Scenarios.Scenario}";

    private static Subject Of<T>(T body, Func<Func<T>, Action> call)
        where T : Delegate
    {
        RequireOne(body);
        return Load(
            body.Method.Module.Assembly,
            context => call(Capture.Bind(body, Find(body.Method, context))),
            Capture.SharesNothing(body.Target));
    }

    public static Subject Of(MethodInfo method)
    {
        if (!method.IsStatic || method.ContainsGenericParameters)
        {
            throw new ArgumentException(
                $"{method.DeclaringType}.{method.Name} is not a static method without type parameters. Only such a method can be the " +
                "body of a check.",
                nameof(method));
        }

        bool isEntryPoint = method == method.Module.Assembly.EntryPoint;
        if (method.GetParameters().Length > 0 && !isEntryPoint)
        {
            throw new ArgumentException(
                $"{method.DeclaringType}.{method.Name} takes {Text.Count(method.GetParameters().Length, "argument")}. Call it from a " +
                "method without any, and check that one.",
                nameof(method));
        }

        return Load(method.Module.Assembly, context => Call(Find(method, context)));
    }

    /// <param name="path">The assembly's file.</param>
    /// <param name="bind">Returns the body, given the copy of the assembly.</param>
    public static Subject Of(string path, Func<SubjectContext, Action> bind) => Load(Path.GetFullPath(path), bind);

    /// <summary>Inspects the copy of an assembly, or runs its code, outside of any check.</summary>
    public static T Use<T>(string path, Func<SubjectContext, T> look)
    {
        T? seen = default;
        Subject used = Of(path, context =>
        {
            seen = look(context);
            return static () => { };
        });
        used.Return();
        return seen!;
    }

    /// <summary>Returns the copy for the next check.</summary>
    /// <param name="failed">
    /// The check has failed. Then the report alone may have loaded an assembly that is not rewritten, since the text of a stack reads
    /// attributes, and the next check must not claim that its program uses it.
    /// </param>
    public void Return(bool failed = false)
    {
        if (!IsAbandoned && !Context.IsSpoiled && !(failed && Context.NotExamined.Count > _notExamined))
        {
            s_idle.GetOrAdd(_path, _ => []).Add(Context);
        }
    }

    private static Subject Load(Assembly assembly, Func<SubjectContext, Action> bind, bool sharesNothing = true)
    {
        if (AssemblyLoadContextIsPrivate(assembly))
        {
            throw new InvalidOperationException("A check was begun inside of the body of another one. Begin it outside.");
        }

        string path = assembly.Location;
        if (path.Length == 0)
        {
            throw new ArgumentException(
                $"The assembly {assembly.GetName().Name} was not loaded from a file, so it cannot be read and rewritten. Publish without " +
                "single-file packing.");
        }

        return Load(path, bind, sharesNothing);
    }

    private static Subject Load(string path, Func<SubjectContext, Action> bind, bool sharesNothing = true)
    {
        string key = $"{path}|{File.GetLastWriteTimeUtc(path).Ticks}";
        SubjectContext context = s_idle.GetOrAdd(key, _ => []).TryTake(out SubjectContext? idle) ? idle : new SubjectContext(path);
        return new Subject(key, context, bind) { SharesNothing = sharesNothing };
    }

    private static bool AssemblyLoadContextIsPrivate(Assembly assembly) =>
        System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(assembly) is SubjectContext;

    /// <summary>The same method in the copy.</summary>
    private static MethodInfo Find(MethodInfo method, SubjectContext context)
    {
        const BindingFlags all =
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        Type? type = context.Subject.GetType(method.DeclaringType!.FullName!);
        string signature = method.ToString()!;
        return type?.GetMethods(all).FirstOrDefault(candidate => candidate.Name == method.Name && candidate.ToString() == signature)
            ?? throw new ArgumentException(
                $"The file {context.Name} has no method {method.DeclaringType}.{method.Name}: it is another build than the one that is " +
                "loaded. Build again.");
    }

    /// <summary>Wraps an asynchronous body: a run ends when its task is complete.</summary>
    private static Action Awaited(Func<Task> body) => () => Hooks.TaskHooks.AwaitBody(body());

    private static Action Call(MethodInfo method)
    {
        if (method.GetParameters().Length == 0)
        {
            return typeof(Task).IsAssignableFrom(method.ReturnType) ? Awaited(method.CreateDelegate<Func<Task>>())
                : method.ReturnType == typeof(void) ? method.CreateDelegate<Action>()
                : () => method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
        }

        if (method.ReturnType == typeof(void))
        {
            Action<string[]> program = method.CreateDelegate<Action<string[]>>();
            return () => program([]);
        }

        Func<string[], int> programWithCode = method.CreateDelegate<Func<string[], int>>();
        return () => programWithCode([]);
    }
}
