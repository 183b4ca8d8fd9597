using System.Reflection;
using Braid.Threading;

namespace Braid.Tests.House;

/// <summary>What <c>using</c> may and may not be written on.</summary>
public sealed class UsingTests
{
    /// <summary>Values and arrays are disposed of as any data is; the lock beside the data is entered by name, in Python's manual too.</summary>
    private static readonly Type[] s_data = [typeof(Multiprocessing.Value<>), typeof(Multiprocessing.Array<>)];

    [Fact]
    public void Nothing_that_is_entered_by_a_scope_is_disposable_itself()
    {
        Type[] entered =
        [
            .. typeof(Threading.Lock).Assembly.GetExportedTypes().Concat(typeof(Braid.Python.Manager).Assembly.GetExportedTypes())
                .Where(CanBeEntered).Except(s_data),
        ];
        Assert.Contains(typeof(Threading.Lock), entered);
        Assert.Contains(typeof(Multiprocessing.BoundedSemaphore), entered);
        Assert.Contains(typeof(Braid.Python.LockProxy), entered);
        Assert.DoesNotContain(entered, type => type.IsAssignableTo(typeof(IDisposable)) || type.IsAssignableTo(typeof(IAsyncDisposable)));
    }

    private static bool CanBeEntered(Type type) =>
        type.IsAssignableTo(typeof(IScoped)) || type.GetMember(nameof(Threading.Lock.EnterScope), BindingFlags.Public | BindingFlags.Instance).Length > 0;
}
