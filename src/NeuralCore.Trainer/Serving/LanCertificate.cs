using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NeuralCore.Trainer.Serving;

/// <summary>
/// A certificate that this machine signs itself: browsers allow the camera and service workers only over HTTPS, and no authority certifies addresses
/// of a local network.
/// </summary>
internal static class LanCertificate
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(365), Backdated = TimeSpan.FromDays(1);

    /// <summary>This machine's IPv4 addresses without the loopback, those of networks with a gateway first.</summary>
    public static IReadOnlyList<IPAddress> Addresses() =>
    [
        .. from network in NetworkInterface.GetAllNetworkInterfaces()
           where network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback
           let properties = network.GetIPProperties()
           orderby properties.GatewayAddresses.Count > 0 descending
           from address in properties.UnicastAddresses
           where address.Address.AddressFamily == AddressFamily.InterNetwork
           select address.Address,
    ];

    /// <summary>Makes a certificate for addresses and names.</summary>
    /// <param name="addresses">The addresses that it is good for, beside the loopback's.</param>
    /// <param name="now">The time.</param>
    public static X509Certificate2 Make(IEnumerable<IPAddress> addresses, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=NeuralCore on this network", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        foreach (IPAddress address in addresses.Append(IPAddress.Loopback).Distinct())
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using X509Certificate2 made = request.CreateSelfSigned(now - Backdated, now + Life);

        // On Windows TLS cannot use a key that exists in memory only: the import stores it.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
