using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Hooks;

/// <summary>A member called without an object throws what .NET throws, whatever its arguments.</summary>
public sealed class NullTests
{
    [Fact]
    public void Every_hook_of_an_instance_member_throws_NullReferenceException_without_an_object()
    {
        List<string> others = [];
        int count = 0;
        using var execution = new Execution(new ExecutionSettings { MaxSteps = 1_000, FairAfter = 1_000 });
        foreach ((Type type, MethodInfo hook) in Hooks())
        {
            count++;
            Exception? thrown = null;
            execution.Run(() => thrown = Call(hook, type), new TolerantReplay([]), new Points());
            if (thrown is not NullReferenceException)
            {
                string parameters = string.Join(", ", hook.GetParameters().Select(parameter => parameter.ParameterType.Name));
                string outcome = thrown?.GetType().Name ?? execution.Failure?.Sentence ?? "nothing";
                others.Add($"{type.Name}.{hook.Name}({parameters}): {outcome}");
            }
        }

        Assert.True(others.Count == 0, string.Join(Environment.NewLine, others));
        Assert.True(count > 80, $"{count} hooks");
    }

    private static IEnumerable<(Type, MethodInfo)> Hooks() =>
        from hooks in typeof(HooksAttribute).Assembly.GetTypes()
        from attribute in hooks.GetCustomAttributes<HooksAttribute>()
        let type = attribute.Type.IsGenericTypeDefinition ? null : attribute.Type
        where type is { IsValueType: false, IsInterface: false } && !(type.IsAbstract && type.IsSealed)
            && type != typeof(AppDomain)     // there is always one
        from hook in hooks.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where !hook.IsGenericMethodDefinition && hook.GetParameters() is [var first, ..] && first.Name == "self"
            && !first.ParameterType.IsByRef && !hook.ReturnType.IsByRefLike     // which reflection cannot call
        select (type, hook);

    private static Exception? Call(MethodInfo hook, Type type)
    {
        object?[] arguments = [.. hook.GetParameters().Select((parameter, i) => i == 0 ? null : Dummy(parameter.ParameterType))];
        try
        {
            hook.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            return null;
        }
        catch (Exception e) when (e is not RunEndedException)
        {
            return e;
        }
    }

    private static object? Dummy(Type type)
    {
        Type plain = type.IsByRef ? type.GetElementType()! : type;
        return plain == typeof(ControlledThread) ? ControlledThread.Current
            : plain.IsValueType ? Activator.CreateInstance(plain)
            : plain == typeof(string) ? ""
            : plain.IsArray ? Array.CreateInstance(plain.GetElementType()!, 1)
            : plain.IsAbstract || plain.IsSubclassOf(typeof(Delegate)) ? null
            : RuntimeHelpers.GetUninitializedObject(plain);
    }
}
