package azurepii

import (
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// Kind returns the kind for a category or subcategory of the service: Microsoft Learn,
// "Supported Personally Identifiable Information (PII) entity categories". "" is for those
// that say nothing of a person or would take every date and number out of a text; one that
// is not known is [redact.Other].
func Kind(category string) detect.Kind {
	switch category {
	case "Person":
		return detect.Person
	case "PhoneNumber":
		return detect.PhoneNumber
	case "Email":
		return detect.EmailAddress
	case "Organization":
		return detect.Organization
	case "Address":
		return detect.StreetAddress
	case "City", "State", "Location", "GPE", "CityState":
		return detect.Location
	case "ZipCode":
		return detect.Postcode
	case "IPAddress":
		return detect.IPAddress
	case "Age":
		return detect.Age
	case "DateOfBirth":
		return detect.DateOfBirth
	case "CreditCardNumber":
		return detect.CreditCard
	case "CVV":
		return detect.CardCode
	case "ExpirationDate":
		return detect.CardExpiry
	case "InternationalBankingAccountNumber":
		return detect.IBANCode
	case "SWIFTCode":
		return detect.BICCode
	case "ABARoutingNumber":
		return detect.ABARouting
	case "BankAccountNumber", "USBankAccountNumber":
		return detect.BankAccount
	case "USSocialSecurityNumber":
		return detect.USSSN
	case "USIndividualTaxpayerIdentification":
		return detect.USITIN
	case "DriversLicenseNumber", "USDriversLicenseNumber":
		return detect.DriverLicense
	case "PassportNumber", "USUKPassportNumber":
		return detect.Passport
	case "LicensePlate":
		return detect.LicensePlate
	case "VIN":
		return detect.VIN
	case "Password":
		return detect.Secret
	case "AzureStorageAccountKey", "AzureDocumentDBAuthKey", "AzureIoTConnectionString", "AzureServiceBusString":
		return detect.AzureKey
	case "AzureSAS":
		return detect.AzureSAS
	case "URL", "DateTime", "Date", "Time", "Duration", "PersonType", "Quantity", "Numeric", "Event", "Product", "Skill":
		return ""
	}
	return redact.Other
}
